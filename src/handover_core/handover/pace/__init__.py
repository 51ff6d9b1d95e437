"""How fast a case goes, and where that leads."""
