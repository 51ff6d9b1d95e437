"""Reviews: what is late, silent or in danger, and who is told."""
