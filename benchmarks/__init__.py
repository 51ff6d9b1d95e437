"""Ours against the raw drivers and against peers, side by side in one run; see README.md."""
