"""Other libraries that keep versioned aggregates, each with the same durability."""
