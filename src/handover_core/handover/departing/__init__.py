"""Departures: notices, their dates and effects, and what becomes of them."""
