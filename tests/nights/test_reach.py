"""Figures reach people: posts of Weibo, the monthly ledger, works lists and silence.

Files made here, verdicts worked out by hand.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.support.homes import make_home, rows, run

ACCOUNTS = {
    "wb": ("示例微博", "weibo"), "zh": ("示例知乎", "zhihu"), "tt": ("示例头条", "toutiao"),
    "dy": ("示例抖音", "douyin"),
    "ks": ("示例快手", "kuaishou"),
}  # fmt: skip
DOUYIN = (
    "作品名称,发布时间,体裁,审核状态,播放量,完播率,5s完播率,2s跳出率,平均播放时长,点赞量,分享量,"
    "评论量"
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    config = 'plan = "2023"\n' + "".join(
        f'[[accounts]]\nid = "{key}"\nname = "{name}"\nplatform = "{platform}"\n'
        for key, (name, platform) in ACCOUNTS.items()
    )
    home = make_home(tmp_path / "home", config)
    for account in ACCOUNTS:
        (home / "inbox" / account).mkdir()
    return home


def put(home: Path, folder: str, name: str, *lines: str) -> None:
    (home / "inbox" / folder / name).write_text("\n".join(lines) + "\n", "utf-8-sig")


def health(home: Path) -> dict[str, tuple[str, date | None, int | None]]:
    found = rows(
        home, "select account_id, verdict, last_post_on, days_since_post from mart.account_health"
    )
    return {row[0]: row[1:] for row in found}


def test_what_says_whether_an_account_posts(home: Path) -> None:
    days = [f"2023-06-{day:02}" for day in range(1, 31)]
    put(
        home,
        "wb",
        "wb.csv",
        "日期,粉丝总数,阅读数,发博数",
        *(f"{day},1000,50,{int(day < '2023-06-29')}" for day in days),
    )
    put(
        home,
        "zh",
        "zh.csv",
        "日期,阅读,播放,点赞,喜欢,评论,收藏,分享",
        *(f"{day},5,0,1,0,0,0,0" for day in days),
    )
    put(home, "tt", "t.csv", "时间,展现量,粉丝展现量,阅读(播放)量", "2023-06-30,900,90,456")
    put(
        home, "dy", "d.csv", DOUYIN, "一,2023-06-10 09:00:00,视频,公开,10,1%,1%,1%,3,1,1,1"
    )  # listed until yesterday: silent for 20 days
    put(
        home, "ledger", "月报2023.csv", "月份,平台,账号名称,期末粉丝数,发布数,最后发布日期",
        "2023-05,快手,示例快手,4000,9,2023-05-30", "2023-06,快手,示例快手,4321,7,2023-06-28",
        "2023-06,快手,没有登记的,1,1,2023-06-28",
    )  # fmt: skip
    run(home, "2023-06-30", code=3)  # the account that is not registered
    assert health(home) == {
        "wb": ("ok", date(2023, 6, 28), 2),
        "zh": ("no_data", None, None),  # reads say nothing about posts
        "tt": ("no_data", None, None),
        "dy": ("veto", date(2023, 6, 10), 20),
        "ks": ("ok", date(2023, 6, 28), 2),
    }
    assert rows(
        home, "select date, followers from mart.account_daily where account_id = 'ks' order by 1",
    ) == [(date(2023, 5, 31), 4000), (date(2023, 6, 30), 4321),]  # fmt: skip
    assert rows(
        home, "select reads_or_plays, reads, plays from mart.account_daily where account_id = 'tt'"
    ) == [(456, None, None)]
    assert rows(home, "select sum(published) from mart.account_daily where account_id = 'wb'") == [
        (28,)
    ]
    (told,) = rows(
        home,
        (
            "select example from ops.check_result where table_name = 'staging.account_month' "
            "and not passed"
        ),
    )
    assert "没有登记的" in told[0]


def test_an_old_list_handed_in_late_says_nothing_about_today(home: Path) -> None:
    put(home, "dy", "d.csv", DOUYIN, "一,2023-01-10 09:00:00,视频,公开,10,1%,1%,1%,3,1,1,1")
    run(home, "2023-06-30")
    assert health(home)["dy"][0] == "no_data"
