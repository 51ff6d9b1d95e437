"""The engine of the import: staging, references, decisions, chunks."""
