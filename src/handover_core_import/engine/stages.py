"""Stages and steps: between rows, one canonical value, and the model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from handover_core.procedures.model import Stage, Step
from handover_core_import import findings
from handover_core_import.binding import ParsedRow
from handover_core_import.engine.entry import Entry
from handover_core_import.findings import CellNote, RowProblem
from handover_core_import.sheets import SOP_STEPS
from handover_core_import.sheets.column import Column

Staged = ParsedRow
Stages = tuple[Any, ...]
"""Canonical: for each stage its name and its steps; for each step the values of `STEP_COLUMNS`."""

_PLACE = ("version", "stage")
STEP_COLUMNS: tuple[Column, ...] = tuple(column for column in SOP_STEPS.kept if column.name not in _PLACE)


class BadStages(Exception):
    """Rows that make no procedure."""

    def __init__(self, row: ParsedRow, problem: RowProblem) -> None:
        super().__init__(problem.code)
        self.row = row
        self.problem = problem


def to_rows(stages: Iterable[Stage]) -> Stages:
    """Return the canonical value of stages."""
    return tuple(
        (stage.name, tuple(tuple(column.of(step) for column in STEP_COLUMNS) for step in stage.steps))
        for stage in stages
    )


def to_model(stages: Stages) -> tuple[Stage, ...]:
    """Return the stages that a canonical value stands for."""
    return tuple(Stage(name=name, steps=tuple(map(_step, steps))) for name, steps in stages)


def _step(values: tuple[Any, ...]) -> Step:
    given = {column.attribute: value for column, value in zip(STEP_COLUMNS, values, strict=True) if value is not None}
    return Step(**given)


def stages_of(entry: Entry, rows: list[ParsedRow]) -> Stages:
    """Return the stages that rows describe; raise `BadStages` where they make none.

    Numbers arrange them, whatever their order in the file. Where no row has any, the order of the file is taken, and
    an empty stage cell means the stage above; that is noted.
    """
    numbered = [row.values.get("stage_no") is not None for row in rows]
    if any(numbered) and not all(numbered):
        raise BadStages(rows[numbered.index(False)], RowProblem(findings.MIXED_NUMBERS))
    if not any(numbered):
        _number(entry, rows)
    names = _stage_names(rows)
    stages: dict[int, dict[int, tuple[Any, ...]]] = {number: {} for number in sorted(names)}
    places: dict[tuple[int, int], str] = {}
    for row in rows:
        _put(row, stages, places)
    _note_numbers(entry, rows, stages)
    return tuple((names[number], tuple(steps[at] for at in sorted(steps))) for number, steps in stages.items())


def _put(row: ParsedRow, stages: dict[int, dict[int, tuple[Any, ...]]], places: dict[tuple[int, int], str]) -> None:
    if row.values.get("instructions") is None:
        return
    stage, step = row.values["stage_no"], row.values.get("step_no")
    if step is None:
        raise BadStages(row, RowProblem(findings.REQUIRED, row.heads.get("step_no", "step_no")))
    if (stage, step) in places:
        twice = {"key": f"{stage}.{step}", "rows": (places[stage, step], row.where)}
        raise BadStages(row, RowProblem(findings.TWICE, "", twice))
    places[stage, step] = row.where
    values = {**row.values, "key": row.values.get("key") or f"{stage}.{step}"}
    stages[stage][step] = tuple(values.get(column.name, column.default) for column in STEP_COLUMNS)


def _number(entry: Entry, rows: list[ParsedRow]) -> None:
    rows.sort(key=lambda row: (row.raw.table, row.raw.number))
    stage, step, name = 0, 0, None
    for row in rows:
        here = row.values.get("stage")
        if here is not None and here != name:
            stage, step, name = stage + 1, 0, here
        if name is None:
            raise BadStages(row, RowProblem(findings.NO_STAGE, row.heads.get("stage", "stage")))
        if row.values.get("instructions") is not None:
            step += 1
        row.values.update(stage_no=stage, stage=name, step_no=step or None)
    if len(rows) > 1:
        rows[0].notes.append(CellNote(findings.UNNUMBERED, "", {"owner": entry.owner}))


def _stage_names(rows: list[ParsedRow]) -> dict[int, str]:
    names: dict[int, str] = {}
    for row in rows:
        number, name = row.values["stage_no"], row.values.get("stage")
        if name is not None and names.setdefault(number, name) != name:
            clash = {"number": number, "names": (names[number], name)}
            raise BadStages(row, RowProblem(findings.STAGE_NAMES, row.heads["stage"], clash))
    for row in rows:
        if row.values["stage_no"] not in names:
            raise BadStages(row, RowProblem(findings.NO_STAGE, row.heads.get("stage", "stage")))
    return names


def _note_numbers(entry: Entry, rows: list[ParsedRow], stages: dict[int, dict[int, tuple[Any, ...]]]) -> None:
    gaps = list(stages) != list(range(1, len(stages) + 1))
    gaps = gaps or any(sorted(steps) != list(range(1, len(steps) + 1)) for steps in stages.values())
    if gaps:
        rows[0].notes.append(CellNote(findings.RENUMBERED, rows[0].heads.get("stage_no", ""), {"owner": entry.owner}))
