"""Errors as people read them, and the exit codes that scripts see."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handover_core.errors import AlreadyExists, HandoverError, IdUsedBefore, StillReferenced, UnitExpired
from handover_core.texts import Lang
from handover_core_cli.output import Console, ExitCode, fail


@pytest.mark.parametrize(
    ("error", "english", "chinese"),
    [
        (IdUsedBefore("employee", "e1"), "belonged to an employee that", "已删除的 员工；"),
        (IdUsedBefore("org_unit", "u1"), "belonged to a unit that", "已删除的 部门；"),
        (IdUsedBefore("sop", "s1"), "belonged to an SOP that", "已删除的 SOP；"),
        (IdUsedBefore("elsewhere", "s1"), "belonged to an elsewhere that", "已删除的 elsewhere；"),
        (AlreadyExists("absence", "a1"), "There is an absence with a1 already.", "休假 已存在：a1。"),
        (StillReferenced("employee", "e1", "assignment"), "The employee 'e1' is still used by an assignment.", "被 任职 引用"),
    ],
)  # fmt: skip
def test_a_kind_stands_in_a_sentence_as_people_say_it(error: HandoverError, english: str, chinese: str) -> None:
    assert english in error.message()
    assert chinese in error.message(Lang.ZH)


def test_a_change_that_took_too_long_is_no_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing was wrong with what was asked for: the same may be asked for again."""
    error = UnitExpired(timedelta(minutes=20), timedelta(minutes=14))
    assert fail(Console(lang=Lang.EN, as_json=False), error) == ExitCode.STORAGE
    assert "20 minutes" in capsys.readouterr().err
