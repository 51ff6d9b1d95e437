"""Registers: what the library itself has to remember. Frozen: never edit it once it was released."""

SHARED = ("register",)
