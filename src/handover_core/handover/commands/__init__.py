"""The commands of the handover room, by what they are about."""
