"""Who could receive an item, and why."""
