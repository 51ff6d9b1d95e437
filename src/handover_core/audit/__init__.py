"""Who changed what, how it stood at any instant, and whether somebody tampered with it."""
