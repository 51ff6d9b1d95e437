"""When someone leaves or moves: departures, the derived list, its items, the verified transfer."""
