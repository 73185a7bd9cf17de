"""Every mart, whole, against an independent computation in pandas.

On the examples, and on a ruder bureau with a leap year.

The second bureau (tests/oracles/leap_world.py) is loaded by one real night; its transforms are then
run again for other days.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType

import duckdb
import pandas as pd
import pytest

from examples.home import make_home as example_home
from pipeline.config.checkout import PLANS, TRANSFORMS
from pipeline.config.plan import load_plan
from pipeline.ingest.seeds import write_context
from pipeline.models.build import build_models, load_functions
from pipeline.models.folder import load_models
from tests.oracles import (
    accounts,
    answers,
    evidence,
    example_world,
    leap_files,
    leap_world,
    ledgers,
    owed,
    plan,
    plan_ledgers,
    pulses,
    registers,
    summaries,
    target_curves,
    targets,
    works,
)
from tests.oracles.compare import differences
from tests.oracles.truth import Asked, Truth
from tests.support.homes import rows, run

Oracle = Callable[[Truth, Asked], pd.DataFrame]
PLAN = PLANS / "2023.toml"
MODULES: tuple[ModuleType, ...] = (
    accounts,
    works,
    ledgers,
    plan,
    target_curves,
    targets,
    evidence,
    answers,
    pulses,
    owed,
    plan_ledgers,
    registers,
    summaries,
)
ORACLES: dict[str, tuple[Oracle, list[str]]] = {
    name: (getattr(module, name), key) for module in MODULES for name, key in module.KEYS.items()
}
# The examples' files are Excel: the oracle does not know their lines, nor by how many files a
# layout came.
NOT_FOR_EXAMPLES = (
    "target_evidence",
    "target_evidence_by_file",
    "target_evidence_total",
    "data_freshness",
    "alert_condition",
    "portal_month",
    "satisfaction",
    "video",
)
MAY_BE_EMPTY = (
    "vanished_row",
    "public_site",
    "submission",
    "submission_count",
    "project_figure",
    "target_piece",
    "story_suggestion",
    "article_daily",
    "breakout_post",
    "correction",
    "forecast_score",
    "month_comparable",
    "alert_condition",
    "data_gap",
    "review_queue",
    "ten_w_article",
    "target_weekly",
    "training",
    "portal_interview",
    "video",
    "unknown_unit",
    "mention_total",
    "mention_monthly",
    "mention_by_type",
    "mention_by_level",
)


@pytest.fixture(scope="module")
def truth() -> Truth:
    return leap_world.make(7, tomllib.loads(leap_world.plan_text(PLAN.read_text("utf-8"))))


@pytest.fixture(scope="module")
def leap_home(truth: Truth, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("leap")
    leap_files.write(truth, home, leap_world.plan_text(PLAN.read_text("utf-8")))
    # incidents answered before they were found warn
    result = run(home, truth.night.isoformat(), code=3)
    assert (result["files"]["quarantined"], result["rows"]["rejected"]) == (0, 0)
    # all that is told: ledgers that write one publication twice, with other words
    told = "select count(*) from ops.unreadable_value where not contains(reason, '是同一条')"
    assert rows(home, told) == [(0,)]
    return home


def opened(home: Path) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(str(home / "warehouse.duckdb"), read_only=True)
    con.execute("set timezone = 'Asia/Shanghai'")
    return con


def asked_again(home: Path, as_of: date) -> duckdb.DuckDBPyConnection:
    """The home's raw tables in memory, with every model built for another day."""
    con = duckdb.connect()
    con.execute("set timezone = 'Asia/Shanghai'")
    con.execute(f"attach '{home / 'warehouse.duckdb'}' as published (read_only)")
    con.execute("copy from database published to memory")
    con.execute("detach published")
    load_functions(con, TRANSFORMS)
    (run_id,) = con.execute("select run_id from ops.context").fetchone() or ("",)
    write_context(con, run_id, as_of, load_plan(home / "plan.toml"))
    build_models(con, load_models(TRANSFORMS), TRANSFORMS, lambda _name: None)
    return con


def problems(
    con: duckdb.DuckDBPyConnection, truth: Truth, as_of: date, skipped: tuple[str, ...] = ()
) -> list[str]:
    """What any mart and its oracle disagree on."""
    found: list[str] = []
    for name, (oracle, key) in ORACLES.items():
        if name in skipped:
            continue
        wanted = oracle(truth, Asked.of(as_of, truth.year))
        if not len(wanted) and name not in MAY_BE_EMPTY:
            found.append(f"{name}: the oracle is empty, the test would see nothing")
        found += differences(
            con, f"mart.{name}", wanted, key, targets.ALERTS if name == "alert_condition" else ""
        )
    return found


def test_every_mart_has_an_oracle() -> None:
    assert set(ORACLES) == {
        model.name for model in load_models(TRANSFORMS) if model.schema == "mart"
    }


def test_the_night_of_the_second_bureau(truth: Truth, leap_home: Path) -> None:
    with opened(leap_home) as con:
        assert problems(con, truth, truth.night) == []


@pytest.mark.parametrize("as_of", ["2024-01-01", "2024-02-29", "2025-01-31"])
def test_the_second_bureau_as_of_other_days(truth: Truth, leap_home: Path, as_of: str) -> None:
    """The first day, the leap day, and a day after the plan's year, with no data since September."""
    with asked_again(leap_home, date.fromisoformat(as_of)) as con:
        assert problems(con, truth, date.fromisoformat(as_of)) == []


def test_the_examples(tmp_path: Path) -> None:
    home = example_home(tmp_path)
    run(home, "2023-10-31", code=3)
    with opened(home) as con:
        assert (
            problems(
                con,
                example_world.make(tomllib.loads(PLAN.read_text("utf-8"))),
                date(2023, 10, 31),
                NOT_FOR_EXAMPLES,
            )
            == []
        )


def test_a_cell_that_differs_is_told() -> None:
    con = duckdb.connect()
    con.execute(
        "create schema mart; create table mart.t as select * from (values (1, 2.0, date "
        "'2024-02-29'), (2, null, null)) as t(k, v, d)"
    )
    same = pd.DataFrame({"k": [2, 1], "v": [None, 2.0], "d": [None, pd.Timestamp("2024-02-29")]})
    assert differences(con, "mart.t", same, ["k"]) == []
    other = pd.DataFrame({"k": [1, 3], "v": [0.0, 2.0], "d": [None, None]})
    assert differences(con, "mart.t", other, ["k"]) == [
        "mart.t (1.0,): d is '2024-02-29', the oracle says None",
        "mart.t (1.0,): v is 2.0, the oracle says 0.0",
        "only in mart.t: (2.0, None, None)",
        "only in the oracle: (3.0, 2.0, None)",
    ]
