"""What must not change, or must change in a known way, when the files change in a known way.

Real files, whole nights.

No figure is written down here: each test compares two bureaus. Absolute figures are in the oracles
(tests/system/test_oracles.py).
"""

from __future__ import annotations

import csv
import os
import random
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.config.home import Home
from pipeline.run.night import run_night
from pipeline.run.run_config import RunConfig
from tests.support.homes import make_home
from tests.support.models import days

Row = dict[str, Any]
Files = dict[str, list[Row]]
AS_OF = date(2023, 6, 28)
GROWTH = {
    "date": "时间",
    "new": "新关注人数",
    "lost": "取消关注人数",
    "net": "净增关注人数",
    "followers": "累积关注人数",
}
CONTENT = {
    "date": "日期",
    "channel": "渠道",
    "reads": "阅读次数",
    "readers": "阅读人数",
    "shares": "分享次数",
    "sharers": "分享人数",
    "published": "群发篇数",
}
ARTICLES = {
    "title": "内容标题",
    "published_on": "发表时间",
    "readers": "总阅读人数",
    "reads": "总阅读次数",
    "sharers": "总分享人数",
    "shares": "总分享次数",
    "url": "内容url",
}
LABELS = {"growth": GROWTH, "content": CONTENT, "articles": ARTICLES}
ALIASES = {
    "时间": "统计日期",
    "新关注人数": "新增关注人数",
    "累积关注人数": "累计关注人数",
    "群发篇数": "发表篇数",
    "发表时间": "发表日期",
}
SHOWN = {
    "target_progress": (
        "target_id, baseline, target, actual, growth_pct, expected_by_now, pace_index, forecast,"
        " chance, status, days_covered, gap, days_left, daily_need, recent_daily, verdict_zh"
    ),
    "account_daily": (
        "account_id, date, followers, new_followers, net_followers, reads, readers, shares, "
        "published"
    ),
    "account_channel_daily": "account_id, date, channel, reads, readers, shares",
    "account_weekly": "account_id, week_start, reads, readers, reads_days, reads_wow_pct, reads_yoy_pct",
    "article": "article_id, title, published_on, reads, readers, shares, is_10w",
    "data_gap": "account_id, metric, gap_from, gap_to",
}


@cache
def world(seed: int) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """Files of January 2022 to June 2023; the content files end at the turn of the year."""
    rng, level = random.Random(seed), 10_000
    growth: list[Row] = []
    content: list[Row] = []
    articles: list[Row] = []
    for number, day in enumerate(days(date(2022, 1, 1), date(2023, 6, 30))):
        new, lost, reads = rng.randint(20, 90), rng.randint(5, 30), rng.randint(600, 1500)
        level += new - lost
        growth.append(
            {"date": day, "new": new, "lost": lost, "net": new - lost, "followers": level}
        )
        for channel, part in (("全部", 1.0), ("朋友圈", 0.5)):
            figures = round(reads * part)
            content.append(
                {
                    "date": day,
                    "channel": channel,
                    "reads": figures,
                    "readers": figures * 2 // 3,
                    "shares": figures // 25,
                    "sharers": figures // 30,
                    "published": 1,
                }
            )
        if number % 4 == 0:
            articles.append(
                {
                    "title": f"第{number}篇", "published_on": day, "readers": reads // 2,
                    "reads": reads, "sharers": 1, "shares": reads // 40,
                    "url": f"http://mp.weixin.qq.com/s?__biz=Mz==&mid={number + 1000}&idx=1&sn=a",
                }
            )  # fmt: skip
    old, new_year = (
        [row for row in content if (row["date"].year == 2022) is is_old] for is_old in (True, False)
    )
    return (
        ("growth-1", tuple(growth)),
        ("content-1", tuple(old)),
        ("content-2", tuple(new_year)),
        ("articles-1", tuple(articles)),
    )


def files(seed: int = 5) -> Files:
    return {name: [dict(row) for row in rows] for name, rows in world(seed)}


def drop_in(
    home: Path, given: Files, labels: Callable[[str], str] = str, account: str = "main-wechat"
) -> None:
    """Write the files into an account's inbox; a file's kind is the first word of its name."""
    for order, (name, rows) in enumerate(given.items()):
        kind = LABELS[name.split("-")[0]]
        path = home / "inbox" / account / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(labels(label) for label in kind.values())
            writer.writerows([row[column] for column in kind] for row in rows)
        os.utime(path, (1_700_000_000 + order, 1_700_000_000 + order))


def night(home: Path, as_of: date = AS_OF) -> dict[str, list[tuple[Any, ...]]]:
    """Run a night and return what it shows."""
    result = run_night(RunConfig.prepare(Home(home), as_of), lambda _step: None)
    assert (result.exit_code, result.rows("rejected"), result.count("quarantined")) == (0, 0, 0), (
        result.message
    )
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        return {
            mart: con.execute(f"select {columns} from mart.{mart} order by all").fetchall()
            for mart, columns in SHOWN.items()
        }


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[Any, ...]]]:
    """What the unchanged bureau shows."""
    home = make_home(tmp_path_factory.mktemp("base") / "home")
    drop_in(home, files())
    found = night(home)
    assert all(found[mart] for mart in SHOWN if mart != "data_gap"), (
        "an empty table would make these tests blind"
    )
    return found


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_home(tmp_path / "home")


def target(
    found: dict[str, list[tuple[Any, ...]]], target_id: str = "wechat_reads"
) -> dict[str, Any]:
    names = [name.strip() for name in SHOWN["target_progress"].split(",")]
    return next(
        dict(zip(names, row, strict=True))
        for row in found["target_progress"]
        if row[0] == target_id
    )


def without(given: Files, day: date) -> Files:
    """The same files without a day's content."""
    return {
        name: [row for row in rows if not (name.startswith("content") and row["date"] == day)]
        for name, rows in given.items()
    }


def test_all_reads_times_three(home: Path, shown: dict[str, list[tuple[Any, ...]]]) -> None:
    given = files()
    for row in (row for name, rows in given.items() if name != "growth-1" for row in rows):
        row.update({name: row[name] * 3 for name in ("reads", "readers", "shares", "sharers")})
    drop_in(home, given)
    found = night(home)
    before, after = target(shown), target(found)
    for name in ("baseline", "target", "actual", "expected_by_now", "forecast"):
        assert after[name] == pytest.approx(3 * before[name]), name
    for name in ("growth_pct", "pace_index", "chance", "status", "days_covered"):
        assert after[name] == pytest.approx(before[name]), name
    assert [row[:2] for row in _ranked(found)] == [row[:2] for row in _ranked(shown)], (
        "the order of articles"
    )
    weeks = [(row[4:], [value * 3 for value in row[2:4]]) for row in shown["account_weekly"]]
    assert [pytest.approx(row[4:]) for row in found["account_weekly"]] == [
        shares for shares, _ in weeks
    ]
    assert [list(row[2:4]) for row in found["account_weekly"]] == [sums for _, sums in weeks]
    assert target(found, "wechat_followers") == target(shown, "wechat_followers"), (
        "reads say nothing about followers"
    )


def _ranked(found: dict[str, list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    return sorted(found["article"], key=lambda row: (-row[3], row[0]))


def test_one_file_in_three_changes_nothing(
    home: Path, shown: dict[str, list[tuple[Any, ...]]]
) -> None:
    given: Files = {}
    for name, rows in files().items():
        for part in range(3):
            given[f"{name}-{part}"] = rows[part::3]
    drop_in(home, given)
    assert night(home) == shown


def test_two_files_in_one_other_labels_and_another_order_change_nothing(
    home: Path, shown: dict[str, list[tuple[Any, ...]]]
) -> None:
    given = files()
    merged: Files = {
        "growth-x": given["growth-1"],
        "content-x": given["content-2"] + given["content-1"],
        "articles-x": given["articles-1"],
    }
    for rows in merged.values():
        random.Random(3).shuffle(rows)
    drop_in(home, merged, lambda label: ALIASES.get(label, label))
    assert night(home) == shown


def test_two_nights_show_what_one_shows(
    home: Path, shown: dict[str, list[tuple[Any, ...]]]
) -> None:
    given = files()
    drop_in(home, {"growth-1": given["growth-1"], "content-1": given["content-1"]})
    night(home, date(2023, 1, 2))
    drop_in(home, given)  # content-1 and growth-1 once more, byte by byte
    assert night(home) == shown


def test_a_missing_day_and_a_missing_comparable_day_give_the_same_growth(
    home: Path, tmp_path: Path, shown: dict[str, list[tuple[Any, ...]]]
) -> None:
    """Wednesday 10 May 2023 is compared with Wednesday 11 May 2022.

    Without either, the pair is gone.
    """
    day = date(2023, 5, 10)
    drop_in(home, without(files(), day))
    other = make_home(tmp_path / "other")
    drop_in(other, without(files(), day - timedelta(days=364)))
    now, then, whole = target(night(home)), target(night(other)), target(shown)
    assert now["growth_pct"] == pytest.approx(then["growth_pct"])
    assert now["growth_pct"] != pytest.approx(whole["growth_pct"])
    assert (now["baseline"], then["actual"]) == (whole["baseline"], whole["actual"])
    assert (now["days_covered"], then["days_covered"]) == (
        whole["days_covered"] - 1,
        whole["days_covered"],
    )


def test_a_day_of_zero_is_not_a_missing_day(
    home: Path, tmp_path: Path, shown: dict[str, list[tuple[Any, ...]]]
) -> None:
    day = date(2023, 5, 10)
    drop_in(home, without(files(), day))
    zero = files()
    for row in zero["content-2"]:
        row.update({"reads": 0, "readers": 0} if row["date"] == day else {})
    other = make_home(tmp_path / "other")
    drop_in(other, zero)
    missing, nothing = night(home), night(other)
    assert target(missing)["actual"] == target(nothing)["actual"]
    assert (target(missing)["days_covered"], target(nothing)["days_covered"]) == (
        target(shown)["days_covered"] - 1,
        target(shown)["days_covered"],
    )
    assert target(nothing)["growth_pct"] < target(missing)["growth_pct"], (
        "a day of zero counts against its base, a missing one does not"
    )
    assert (missing["data_gap"], nothing["data_gap"]) == ([("main-wechat", "reads", day, day)], [])
    assert _reads_on(missing, day) == [None]
    assert _reads_on(nothing, day) == [0]


def _reads_on(found: dict[str, list[tuple[Any, ...]]], day: date) -> list[Any]:
    return [row[5] for row in found["account_daily"] if row[1] == day]


def test_files_that_are_about_something_else_leave_every_verdict_alone(
    home: Path, shown: dict[str, list[tuple[Any, ...]]]
) -> None:
    """An activity of the year before says nothing about reads and followers."""
    drop_in(home, files())
    folder = home / "inbox" / "ledger"
    (folder / "activity.csv").write_text(
        "活动名称,活动日期,主办单位\n开放日,2022-06-15,市局\n", "utf-8"
    )
    found = night(home)
    known = [row for row in shown["target_progress"] if row[0].startswith("wechat_")]
    assert known
    assert [row for row in found["target_progress"] if row[0].startswith("wechat_")] == known


def test_another_account_leaves_the_targets_alone(
    home: Path, shown: dict[str, list[tuple[Any, ...]]]
) -> None:
    """The other account has figures of its own: a copy of the main account's history would be held."""
    drop_in(home, files())
    daily = {name: rows for name, rows in files(seed=6).items() if not name.startswith("articles")}
    drop_in(home, daily, account="side-wechat")
    found = night(home)
    assert found["target_progress"] == shown["target_progress"]
    assert [row for row in found["account_daily"] if row[0] == "main-wechat"] == shown[
        "account_daily"
    ]
    assert len(found["account_daily"]) == 2 * len(shown["account_daily"])
