"""Handover without knowledge loss: the pure domain, its rules and its storage waist."""

__version__ = "0.1.0"
