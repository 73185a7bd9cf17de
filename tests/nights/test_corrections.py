"""Known source errors.

A reviewed correction changes one cell while the source still says what it expects, and tells when
not.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.support.homes import growth_html, make_home, pipeline, rows, run
from tests.support.models import FullBench, d, pick

if TYPE_CHECKING:
    from pathlib import Path

CORRECTION = """
[[corrections]]
table = "staging.follower_daily"
key = {{ account_id = "main-wechat", date = 2023-01-02 }}
column = "followers"
expect = {expect}
{value}
reason = "平台当日多算一位，客服已确认"
by = "张三"
on = 2023-01-05
"""
DAYS = (
    ("2023-01-01", "5", "0", "5", "100"),
    ("2023-01-02", "3", "1", "2", "105"),
    ("2023-01-03", "1", "0", "1", "103"),
)
FOLLOWERS = (
    "select followers from mart.account_daily where account_id = 'main-wechat' order by date"
)
OUTCOME = "select outcome, expect, found, value, corrected_by from mart.correction"


def home_with(folder: Path, value: str = "value = 102", expect: int = 105) -> Path:
    home = make_home(folder / "home")
    (home / "inbox" / "main-wechat" / "a.xls").write_text(growth_html(*DAYS), "utf-8")
    (home / "corrections.toml").write_text(CORRECTION.format(expect=expect, value=value), "utf-8")
    return home


def test_outcomes_are_noted_once_when_a_first_night_holds_a_file(tmp_path: Path) -> None:
    """What the rule reads is built, the leaping file is taken out, and all is built anew."""
    home = home_with(tmp_path)
    text = CORRECTION.replace("follower_daily", "follower_daily_version")
    text = text.replace("01-02 }}", "01-02, load_seq = 1 }}").format(
        expect=105, value="value = 102"
    )
    (home / "corrections.toml").write_text(text, "utf-8")
    os.utime(home / "inbox" / "main-wechat" / "a.xls", (1_700_000_000, 1_700_000_000))
    leap = growth_html(DAYS[0], ("2023-01-02", "3", "1", "2", "9000000"), DAYS[2])
    (home / "inbox" / "side-wechat" / "b.xls").write_text(leap, "utf-8")
    run(home, "2023-01-03", 3)
    assert rows(home, "select status from ops.file where status = 'held'") == [("held",)]
    assert rows(home, OUTCOME) == [("applied", "105", "105", "102", "张三")]
    assert rows(home, FOLLOWERS) == [(100,), (102,), (103,)]


def test_corrected_while_the_source_says_so_and_no_longer(tmp_path: Path) -> None:
    home = home_with(tmp_path)
    run(home, "2023-01-03")
    assert rows(home, FOLLOWERS) == [(100,), (102,), (103,)]
    assert rows(home, OUTCOME) == [("applied", "105", "105", "102", "张三")]
    assert ("105",) in rows(home, "select followers from raw.wechat_follower_daily"), (
        "raw keeps what the file said"
    )
    told = pipeline(home, "explain", "wechat_followers").stdout
    assert "张三" in told
    # The platform mends its figure to 101: the correction is out of date, the source counts, and a
    # person is told.
    mended = growth_html(*DAYS[:1], ("2023-01-02", "3", "1", "2", "101"), *DAYS[2:])
    (home / "inbox" / "main-wechat" / "b.xls").write_text(mended, "utf-8")
    result = run(home, "2023-01-04", 3)
    assert rows(home, FOLLOWERS)[:3] == [(100,), (101,), (103,)]
    assert rows(home, OUTCOME) == [("unexpected", "105", "101", "102", "张三")]
    assert "correction" in str(result["warnings"])
    assert pipeline(home, "rebuild", "--as-of", "2023-01-04").returncode in {0, 3}
    assert rows(home, OUTCOME) == [("unexpected", "105", "101", "102", "张三")], (
        "a rebuild judges alike"
    )


def test_a_wrong_figure_may_be_made_unknown(tmp_path: Path) -> None:
    home = home_with(tmp_path, value="")
    run(home, "2023-01-03")
    assert rows(home, FOLLOWERS) == [(100,), (None,), (103,)], "unknown, never zero"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('column = "followers"', 'column = "fans"', "no column 'fans'"),
        ("staging.follower_daily", "staging.fans", "no table staging.fans"),
        ('by = "张三"', "", "by"),
        ("[[corrections]]", "[[corrections]", "not valid TOML"),
    ],
)
def test_a_correction_that_cannot_be_meant_ends_before_anything_is_touched(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    home = home_with(tmp_path)
    path = home / "corrections.toml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    done = pipeline(home, "run", "--as-of", "2023-01-03")
    assert done.returncode == 2
    assert "corrections.toml" in done.stderr
    assert told in done.stderr
    assert (home / "inbox" / "main-wechat" / "a.xls").is_file()


def test_every_correction_is_listed_with_its_outcome() -> None:
    bench = FullBench()
    names = (
        "correction_id table_name row_key column_name expect value reason corrected_by "
        "corrected_on file"
    )
    for number in (1, 2):
        cell = (
            f"staging.t.c {number}",
            "staging.t",
            "{}",
            "c",
            "1",
            None,
            "错",
            "张三",
            d("2023-01-05"),
            "corrections.toml",
        )
        bench.lines("raw.correction", names, cell)
    bench.lines(
        "ops.correction_result", "correction_id outcome found", ("staging.t.c 1", "applied", "1")
    )
    listed = pick(bench.run("mart.correction"), "correction_id outcome found value")
    assert sorted(listed) == [
        ("staging.t.c 1", "applied", "1", None),
        ("staging.t.c 2", "not_built", None, None),
    ]
    assert bench.warnings, "one that did not work is warned of"
