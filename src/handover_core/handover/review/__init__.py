"""Reviews: everything that a case gives reason to say today, and said once."""
