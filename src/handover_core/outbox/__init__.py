"""The outbox room: who is told what happened, in which order, and what becomes of what cannot be delivered."""
