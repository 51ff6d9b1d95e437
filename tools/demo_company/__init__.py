"""The demo company as tables in two languages, and the generator that makes its sheets."""
