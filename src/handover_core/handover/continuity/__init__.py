"""What a handover was worth afterwards, in figures."""
