"""The command line `handover`: the composition root."""
