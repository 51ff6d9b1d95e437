"""What a migration says: literal words, frozen once released, never read from the kinds as they are today.

A migration creates the collections of new kinds and changes those of older ones: columns, folded search fields, side
entries, wider columns, unique keys, indexes. What is new for documents that exist already is worked out from their
stored bodies by a rule that the migration itself holds. The words are those of the SQL migrations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import evolve, field, frozen

from handover_core.storage.migrating import Body, ColumnSpec, NewColumn, NewSearch, NewSide, Rule, Rules, at
from handover_core_mongo.layout import CollectionSpec

__all__ = [
    "Body",
    "KindChange",
    "Migration",
    "NewColumn",
    "NewSearch",
    "NewSide",
    "Rule",
    "Rules",
    "Shape",
    "at",
    "changed",
    "shape_of",
]


@frozen(kw_only=True)
class KindChange:
    """What becomes of the collection of one kind."""

    kind: str
    columns: tuple[NewColumn, ...] = ()
    search: tuple[NewSearch, ...] = ()
    side: tuple[NewSide, ...] = ()
    wider: tuple[ColumnSpec, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()

    @property
    def fills(self) -> bool:
        """Whether documents that exist must be read and given values."""
        return bool(self.columns or self.search or self.side)


@frozen(kw_only=True)
class Migration:
    """One step from a schema number to the next. ``side`` names the side fields of the kinds that it creates."""

    shared: tuple[str, ...] = ()
    create: tuple[CollectionSpec, ...] = ()
    side: Mapping[str, tuple[str, ...]] = field(factory=dict)
    change: tuple[KindChange, ...] = ()


@frozen
class Shape:
    """What a store has after some migrations: collections by kind, side fields by kind, shared collections."""

    collections: Mapping[str, CollectionSpec] = field(factory=dict)
    side: Mapping[str, tuple[str, ...]] = field(factory=dict)
    shared: tuple[str, ...] = ()

    def after(self, migration: Migration) -> Shape:
        """Return the shape after one more migration."""
        collections = {**self.collections, **{spec.kind: spec for spec in migration.create}}
        side = {**self.side, **migration.side}
        for change in migration.change:
            collections[change.kind] = changed(collections[change.kind], change)
            if change.side:
                named = (*side.get(change.kind, ()), *(each.name for each in change.side))
                side[change.kind] = tuple(dict.fromkeys(named))
        return Shape(collections, side, (*self.shared, *migration.shared))


def shape_of(migrations: Iterable[Migration]) -> Shape:
    """Return what a store has after these migrations."""
    shape = Shape()
    for migration in migrations:
        shape = shape.after(migration)
    return shape


def changed(spec: CollectionSpec, change: KindChange) -> CollectionSpec:
    """Return a collection as a change leaves it."""
    columns = {column.name: column for column in (*spec.columns, *(new.spec for new in change.columns), *change.wider)}
    return evolve(
        spec,
        columns=tuple(columns.values()),
        search=tuple(dict.fromkeys((*spec.search, *(new.name for new in change.search)))),
        unique=(*spec.unique, *change.unique),
        indexes=(*spec.indexes, *change.indexes),
    )
