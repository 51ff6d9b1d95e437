"""Mutation runs: whether the tests of pure rules notice when a rule says something else."""
