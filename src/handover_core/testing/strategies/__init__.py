"""Hypothesis strategies for what stores keep, and for what they are asked."""

from handover_core.testing.strategies.aggregates import Population, aggregates, kinds, populations_of
from handover_core.testing.strategies.people import employees, populations
from handover_core.testing.strategies.questions import criteria_of, orders_of
from handover_core.testing.strategies.values import BIG, TRICKY, days, decimals, instants, integers, scalars, texts

__all__ = [
    "BIG",
    "TRICKY",
    "Population",
    "aggregates",
    "criteria_of",
    "days",
    "decimals",
    "employees",
    "instants",
    "integers",
    "kinds",
    "orders_of",
    "populations",
    "populations_of",
    "scalars",
    "texts",
]
