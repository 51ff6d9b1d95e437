"""The demonstration: a company that ships as data, and the story of a key employee who leaves it."""
