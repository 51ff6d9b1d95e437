"""Clearance (离职手续): what is still to be settled, what blocks it, and what nothing may block."""
