"""What fits the store into other libraries: Django, Alembic. Each module needs its library, and nothing else does."""
