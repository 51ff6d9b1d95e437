"""The same aggregate through ours, the raw driver, and the mappers that people use."""
