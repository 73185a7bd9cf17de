"""Decisions of people are mirrored into the warehouse, broken lines are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.config.decisions import append_decision
from pipeline.config.home import Home
from tests.support.homes import make_home, rows, run

if TYPE_CHECKING:
    from pathlib import Path


def test_a_night_mirrors_the_decisions_and_reports_a_broken_line(tmp_path: Path) -> None:
    home = Home(make_home(tmp_path / "home"))
    append_decision(home, "unit", "宝杉区", "宝山区", by="张三")
    run(home.root, "2023-06-10")
    with home.decisions.open("ab") as stream:
        stream.write(b"what?\n")
    append_decision(home, "alert", "a1", "acknowledged", by="李四")
    told = run(home.root, "2023-06-11", code=3)
    assert ["第 2 行" in line for line in told["broken_decisions"]] == [True]
    query = (
        'select position, "by", kind, subject, value, cast(known_on as varchar) from '
        "raw.decision order by position"
    )
    assert rows(home.root, query) == [
        # known since the first night that used it
        (1, "张三", "unit", "宝杉区", "宝山区", "2023-06-10"),
        (2, "李四", "alert", "a1", "acknowledged", "2023-06-11"),
    ]
