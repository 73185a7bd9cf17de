"""A home lives through 2025, 2026 and into 2027, night by night around both New Years.

Figures worked out by hand.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from pipeline.config.checkout import PLANS
from pipeline.config.home import Home
from pipeline.config.plans.new import new_plan
from pipeline.config.settings import Settings
from pipeline.run.files import decide
from pipeline.run.night import run_night
from pipeline.run.run_config import RunConfig
from tests.support.homes import CONFIG, growth_html, make_home, rows

if TYPE_CHECKING:
    from pathlib import Path

OLD = (
    "日期,阅读次数,阅读人数,分享次数,分享人数,阅读原文次数,阅读原文人数,收藏次数,收藏人数,"
    "群发篇数,渠道"
)
NEW = "日期,渠道,阅读人数,,日期,分享人数,跳转阅读原文人数,微信收藏人数,发表篇数"
CHANGE = date(2025, 11, 1)  # from this day on the platform tells readers only


def span(first: date, last: date) -> list[date]:
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def followers_on(day: date) -> int:
    """10,000 at the end of 2024, 6 more each day of 2025, 5 more each day after it."""
    in_2025 = min((day - date(2024, 12, 31)).days, 365)
    return 10_000 + 6 * in_2025 + 5 * max((day - date(2025, 12, 31)).days, 0)


def readers_on(day: date) -> int:
    """50 a day in 2024, 60 in 2025, 72 from 2026 on.

    Twice as many reads as long as the platform counts them.
    """
    return {2024: 50, 2025: 60}.get(day.year, 72)


def hand_in(home: Path, first: date, last: date) -> None:
    """Drop the main account's exports of these days."""
    folder = home / "inbox" / "main-wechat"
    step = [
        (day, followers_on(day) - followers_on(day - timedelta(days=1)))
        for day in span(first, last)
    ]
    lines = [
        (day.isoformat(), str(n), "0", str(n), str(followers_on(day)))
        for day, n in step
        if day >= date(2024, 12, 31)
    ]
    if lines:
        (folder / f"g-{last}.xls").write_text(growth_html(*lines), "utf-8")
    old = [
        f"{d},{2 * readers_on(d)},{readers_on(d)},1,1,0,0,0,0,0,全部"
        for d in span(first, last)
        if d < CHANGE
    ]
    new = [f"{d},全部,{readers_on(d)},,{d},1,1,1,0" for d in span(first, last) if d >= CHANGE]
    for name, head, body in (("old", OLD, old), ("new", NEW, new)):
        if body:
            (folder / f"{name}-{last}.csv").write_text("\n".join([head, *body]) + "\n", "utf-8")


def trainings(home: Path, *days: str) -> None:
    body = "\n".join(f"培训{day},{day},宣传处,20" for day in days)
    (home / "inbox" / "ledger" / f"t-{days[-1]}.csv").write_text(
        f"培训名称,培训日期,主办单位,参训人数\n{body}\n", "utf-8"
    )


def night(home: Path, as_of: date) -> dict[str, dict[str, Any]]:
    """Run one night and return the targets."""
    result = run_night(RunConfig.prepare(Home(home), as_of), lambda _: None)
    assert result.exit_code in (0, 3), result.message
    return {row["target_id"]: row for row in result.targets}


def alerts(home: Path) -> set[tuple[str, str]]:
    return set(
        rows(
            home,
            (
                "select rule, subject from mart.alert_condition where rule in ('no_plan', "
                "'target_behind')"
            ),
        )
    )


def closed(home: Path) -> dict[tuple[int, str], tuple[Any, ...]]:
    query = "select plan_year, target_id, status, actual, is_closed from mart.target_year"
    return {(row[0], row[1]): row[2:] for row in rows(home, query)}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with the plans of 2025 and 2026, and a clock that allows 2027."""
    monkeypatch.setattr(
        Settings, "now", lambda _: datetime(2027, 2, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
    )
    folder = make_home(tmp_path / "home", CONFIG.replace('plan = "2023"\n', ""))
    (folder / "plans").mkdir()
    text = (PLANS / "2023.toml").read_text("utf-8")
    for year in (2025, 2026):
        moved = text.replace("year = 2023", f"year = {year}", 1).replace(
            "base_year = 2022", f"base_year = {year - 1}"
        )
        (folder / "plans" / f"{year}.toml").write_text(moved, "utf-8")
    return folder


def test_a_closed_year_is_judged_again_after_a_withdrawal_alone(home: Path) -> None:
    """60 reads a day: without the three last days of 2025 it has 60 x 362 = 21,720, then 21,900."""
    hand_in(home, date(2024, 1, 1), date(2025, 12, 28))
    hand_in(home, date(2025, 12, 29), date(2025, 12, 31))
    night(home, date(2026, 1, 5))
    assert closed(home)[2025, "wechat_reads"] == ("behind", 21_900, True)
    ((sha,),) = rows(home, "select sha256 from ops.file where original_name = 'new-2025-12-31.csv'")
    decide(Home(home), "withdraw", sha, by="张三", note="导错了")
    night(home, date(2026, 1, 6))
    assert closed(home)[2025, "wechat_reads"] == ("behind", 21_720, True)
    assert closed(home)[2025, "wechat_followers"] == ("met", 12_190, True)
    decide(Home(home), "restore", sha, by="张三")
    night(home, date(2026, 1, 7))
    assert closed(home)[2025, "wechat_reads"] == ("behind", 21_900, True)
    # two years later still
    decide(Home(home), "withdraw", sha, by="张三", note="还是错的")
    night(home, date(2027, 1, 2))
    assert closed(home)[2025, "wechat_reads"] == ("behind", 21_720, True)


def test_three_years(home: Path) -> None:
    hand_in(home, date(2024, 1, 1), date(2025, 12, 28))
    trainings(home, "2025-02-03", "2025-05-06", "2025-08-04", "2025-11-03")
    for day in span(date(2025, 12, 29), date(2025, 12, 31)):
        targets = night(home, day)
    # 10,000 x 1.2; 10,000 + 6 x 362 on the 28th
    assert (targets["wechat_followers"]["status"], targets["wechat_followers"]["actual"]) == (
        "met",
        12_172,
    )
    # reads are known on 304 of 362 comparable days, readers on all: 60 x 362 of 50 x 366 x 1.2 =
    # 21,960
    reads = targets["wechat_reads"]
    assert (reads["actual"], reads["target"], reads["status"]) == (
        21_720,
        pytest.approx(21_960),
        "behind",
    )
    assert (
        reads["verdict_zh"] == "全年累计21,720次，同比增长20.0%，距目标还差240次，全年目标未达成。"
    )
    assert targets["training_sessions"]["status"] == "met"
    # New Year: nothing of 2026 has come, nobody is behind, the closed year stands
    for day in span(date(2026, 1, 1), date(2026, 1, 4)):
        targets = night(home, day)
        assert {row["plan_year"] for row in targets.values()} == {2026}
        assert {row["status"] for row in targets.values()} == {"no_data"}
        assert {row["forecast"] for row in targets.values()} == {None}
        assert alerts(home) == set()
    assert closed(home)[2025, "wechat_reads"] == ("behind", 21_720, True)
    # the last days of December come late: 60 x 365, and 10,000 + 6 x 365
    hand_in(home, date(2025, 12, 29), date(2026, 1, 5))
    targets = night(home, date(2026, 1, 5))
    assert closed(home)[2025, "wechat_reads"] == ("behind", 21_900, True)
    assert closed(home)[2025, "wechat_followers"] == ("met", 12_190, True)
    assert closed(home)[2025, "training_sessions"] == ("met", 4, True)
    assert (targets["wechat_followers"]["baseline"], targets["wechat_followers"]["actual"]) == (
        12_190,
        12_215,
    )
    # readers against readers: 72 x 5 of 60 x 365 x 1.2 = 26,280
    assert (targets["wechat_reads"]["actual"], targets["wechat_reads"]["target"]) == (
        360,
        pytest.approx(26_280),
    )
    # December: next year has no plan
    hand_in(home, date(2026, 1, 6), date(2026, 12, 31))
    trainings(home, "2026-02-03", "2026-05-06", "2026-11-03")
    night(home, date(2026, 11, 30))
    assert ("no_plan", "2027") not in alerts(home)
    night(home, date(2026, 12, 1))
    assert ("no_plan", "2027") in alerts(home)
    targets = night(home, date(2026, 12, 31))
    assert targets["wechat_reads"]["status"] == "met"  # 72 x 365 = 26,280
    # 12,190 + 5 x 365 = 14,015 of 14,628; the third quarter had no training
    assert (targets["wechat_followers"]["status"], targets["wechat_followers"]["actual"]) == (
        "behind",
        14_015,
    )
    assert (
        targets["training_sessions"]["verdict_zh"] == "全年完成3次，距目标还差1次，全年目标未达成。"
    )
    # 2027 without a plan: figures go on and say so
    hand_in(home, date(2027, 1, 1), date(2027, 1, 2))
    targets = night(home, date(2027, 1, 2))
    followers = targets["wechat_followers"]
    assert (followers["plan_year"], followers["actual"], followers["target"]) == (
        2027,
        14_025,
        None,
    )
    assert followers["verdict_zh"] == "目前14,025人；本年度尚无计划，没有目标可评判。"
    assert ("no_plan", "2027") in alerts(home)
    # and with one
    new_plan(Home(home), 2027, None)
    targets = night(home, date(2027, 1, 3))
    assert (targets["wechat_followers"]["baseline"], targets["wechat_followers"]["target"]) == (
        14_015,
        pytest.approx(16_818),
    )
    assert alerts(home) & {("no_plan", "2027")} == set()
    found = closed(home)
    assert found[2025, "wechat_reads"] == ("behind", 21_900, True)
    assert found[2026, "wechat_reads"] == ("met", 26_280, True)
    assert found[2027, "wechat_followers"][2] is False
