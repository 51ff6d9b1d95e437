"""Backend on pymongo: collections, driver, criteria and migrations."""
