"""Nights that compute only what changed publish what a computation from scratch gives.

Every table, every cell, every check.

Invented files of all layouts (tests/support/invent.py) over nights whose day moves on, stands still
and goes back, with accounts and
corrections that come and go. The oracle is the same SQL run in full on a copy of the published
file.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import duckdb
import pytest

from collectors.layout import Layout, load_layouts
from pipeline.config.checkout import LAYOUT_FOLDER, TRANSFORMS
from pipeline.config.home import Home
from pipeline.config.settings import SHARED_FOLDERS
from pipeline.models.build import build_models, load_functions
from pipeline.models.checks import CheckResult
from pipeline.models.folder import load_models
from pipeline.models.model import Check
from pipeline.run.night import run_night
from pipeline.run.run_config import RunConfig
from tests.support.containers import write_file
from tests.support.invent import Inventor

MODELS = load_models(TRANSFORMS)
LAYOUTS = [layout for layout in load_layouts(LAYOUT_FOLDER).values() if not layout.refuse]
PLATFORMS = sorted({layout.platform for layout in LAYOUTS if layout.platform})
# the invented files speak of 2021-03 to 2023-08
NIGHTS = (
    date(2023, 2, 1), date(2023, 3, 1), date(2023, 3, 2), date(2023, 3, 2), date(2022, 6, 30),
    date(2023, 3, 3), date(2023, 3, 20), date(2023, 8, 1),
)  # fmt: skip
CORRECTION = """
[[corrections]]
table = "staging.follower_daily"
key = {{ account_id = "{account}", date = {date} }}
column = "lost_followers"
{expect}
value = 7
reason = "测试"
by = "测试"
on = 2023-01-05
"""


def drop(home: Home, layout: Layout, rng: Random, number: int) -> None:
    """Put an invented file of the layout where it belongs.

    The same keys come again in later nights with other figures.
    """
    folder = (
        layout.sources[0]
        if layout.sources[0] in SHARED_FOLDERS
        else f"{layout.platform or 'wechat'}-{rng.randint(1, 2)}"
    )
    made = Inventor(layout, rng, start=rng.choice([0, 0, 300, 700])).file(flaws=rng.random() < 0.3)
    write_file(home.inbox / folder / f"{number}.x", made.sheets, "xlsx")


def settings(home: Home, accounts: int) -> None:
    lines = ['plan = "2023"']
    for platform in PLATFORMS:
        for number in range(1, accounts + 1):
            main = "\nmain = true" if (platform, number) == ("wechat", 1) else ""
            lines.append(
                f'[[accounts]]\nid = "{platform}-{number}"\nname = "{platform}{number}"\n'
                f'platform = "{platform}"{main}'
            )
    home.config.write_text("\n".join(lines), "utf-8")


def correct_something(home: Home) -> None:
    """Correct a value that stands in the published warehouse."""
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        account, day, found = con.execute(
            "select account_id, date, lost_followers from staging.follower_daily where "
            "lost_followers is not null order by all limit 1"
        ).fetchone() or ("", "", 0)
    home.corrections.write_text(
        CORRECTION.format(account=account, date=day, expect=f"expect = {found}"), "utf-8"
    )


def differs(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether the table has rows that its published namesake has not, or the other way round."""
    ours, theirs = f"from {table}", f"from published.{table}"
    (count,) = con.execute(
        f"select count(*) from (({ours} except all {theirs}) union all ({theirs} except all {ours}))"
    ).fetchone() or (1,)  # fmt: skip
    return bool(count)


def differing(home: Home) -> list[str]:
    """Return the tables and checks in which the published night differs from a computation from scratch."""
    with duckdb.connect() as con:
        con.execute("set timezone = 'Asia/Shanghai'")
        con.execute(f"attach '{home.warehouse}' as published (read_only)")
        con.execute("copy from database published to memory")
        con.execute("delete from ops.model_state")
        load_functions(con, TRANSFORMS)
        con.execute("delete from ops.correction_result")
        checks = build_models(con, MODELS, TRANSFORMS, lambda _: None)
        found = [model.table for model in MODELS if differs(con, model.table)]
        noted = con.execute(
            "select table_name, check_name, severity, failing_rows from "
            "published.ops.check_result where run_id = (select run_id from ops.context)"
        ).fetchall()
        return found + sorted(f"check {row}" for row in {*noted} ^ {*map(_noted, checks)})


def _noted(check: CheckResult) -> tuple[str, str, str, int]:
    return check.table, check.name, check.severity, check.failing_rows


@pytest.mark.parametrize("seed", range(2))
def test_every_night_equals_a_computation_from_scratch(tmp_path: Path, seed: int) -> None:
    rng, home = Random(seed), Home(tmp_path)
    for folder in (
        "news",
        "ledger",
        *(f"{platform}-{number}" for platform in PLATFORMS for number in (1, 2)),
    ):
        (home.inbox / folder).mkdir(parents=True)
    settings(home, 2)
    for night, as_of in enumerate(NIGHTS):
        for layout in LAYOUTS if night == 0 else rng.sample(LAYOUTS, 8):
            drop(home, layout, rng, rng.randrange(10**9))
        if night == 2:
            correct_something(home)
        if night == 3:
            home.corrections.unlink()
        if night == 6:
            settings(home, 1)
        result = run_night(RunConfig.prepare(home, as_of), lambda _: None)
        assert result.exit_code in (0, 3), result.message
        assert differing(home) == [], f"night {night} as of {as_of}"


def test_a_new_check_is_asked_of_rows_that_did_not_change(tmp_path: Path) -> None:
    """A table computed in full, which a sliced model reads.

    Its rows are compared with last night's, but a check of tonight saw none of them.
    """
    home = Home(tmp_path)
    for account in ("wechat-1", "wechat-2"):
        (home.inbox / account).mkdir(parents=True)
    settings(home, 2)
    for number, layout in enumerate(one for one in LAYOUTS if one.platform == "wechat"):
        drop(home, layout, Random(number), number)
    job = RunConfig.prepare(home, date(2023, 8, 1))
    assert run_night(job, lambda _: None).exit_code in (0, 3)
    check, name = Check("fail", "never", "false"), "staging.account_metric"
    stricter = [
        replace(model, sql=f"{model.sql}\n-- fail: never | false", checks=(check,))
        if model.table == name
        else model
        for model in job.models
    ]
    result = run_night(replace(job, models=stricter), lambda _: None)
    assert result.exit_code == 1
    assert f"{name}: never: " in result.message
