"""Questions about items, and who answers them."""
