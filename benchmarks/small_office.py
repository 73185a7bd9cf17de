"""A small office for the torture.

One night published, a second one waiting in the inbox with everything that a night may meet.
"""

from __future__ import annotations

import os
import subprocess
from datetime import date, timedelta
from typing import TYPE_CHECKING

from pipeline.config.checkout import CHECKOUT
from pipeline.config.home import command

if TYPE_CHECKING:
    from pathlib import Path

FIRST, SECOND = "2023-05-31", "2023-06-30"
SHIFTS = {"main": 0, "side": 8}  # by which the accounts' figures differ
CONFIG = """plan = "2023"
[[accounts]]
id = "main"
name = "示例城管"
platform = "wechat"
main = true
[[accounts]]
id = "side"
name = "示例支队"
platform = "wechat"
[mail]
from = "reports@example.org"
to = ["a@example.org", "b@example.org"]
operators = ["ops@example.org"]
host = "127.0.0.1"
port = 9
security = "none"
"""


def pipeline(home: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end."""
    return subprocess.run(
        command(home, *words), cwd=CHECKOUT, env={**os.environ, **env}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip


def run_first(home: Path) -> None:
    """Publish the first night.

    Two years of followers and reads, so that targets, growth and forecasts are there.
    """
    for account, shift in SHIFTS.items():
        (home / "inbox" / account).mkdir(parents=True)
        _followers(home / "inbox" / account / "a.csv", date(2022, 1, 1), date(2023, 5, 31), shift)
        _reads(home / "inbox" / account / "b.csv", date(2022, 1, 1), date(2023, 5, 31), shift)
    for name in ("ledger", "news"):
        (home / "inbox" / name).mkdir()
    (home / "pipeline.toml").write_text(CONFIG, "utf-8")
    done = pipeline(home, "run", "--as-of", FIRST)
    if done.returncode not in (0, 3):
        raise SystemExit(done.stdout + done.stderr)


def drop_second(home: Path) -> None:
    """Fill the inbox again.

    New days, restated ones, the same bytes once more, one account's days in the other's folder (held),
    ledgers, news, a page that is no export.
    """
    _followers(home / "inbox" / "main" / "c.csv", date(2023, 5, 25), date(2023, 6, 30), shift=3)
    _reads(home / "inbox" / "side" / "d.csv", date(2023, 5, 25), date(2023, 6, 30), SHIFTS["side"])
    _reads(home / "inbox" / "side" / "e.csv", date(2023, 4, 25), date(2023, 5, 31), SHIFTS["main"])
    _reads(
        home / "inbox" / "main" / "again.csv", date(2022, 1, 1), date(2023, 5, 31), SHIFTS["main"]
    )
    ledger = (
        "活动名称,活动日期,主办单位\n宣传月启动,2023-06-01,市局\n开放日,2023-06-15,黄浦区\n,,\n"
        "无日期,,市局\n"
    )
    (home / "inbox" / "ledger" / "activities.csv").write_text(ledger, "utf-8")
    news = "标题,媒体名称,发布时间,链接,情感\n" + "".join(
        (
            f"城管新闻{i},示例日报,2023-06-{i:02} 09:00,https://a.example.cn/{i},"
            f"{'正面' if i % 3 else '负面'}\n"
        )
        for i in range(1, 29)
    )
    (home / "inbox" / "news" / "news.csv").write_text(news, "utf-8")
    (home / "inbox" / "news" / "login.html").write_text("<html><body>登录</body></html>", "utf-8")


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _followers(path: Path, first: date, last: date, shift: int) -> None:
    start = date(2022, 1, 1)
    lines = [
        f"{day},{20 + day.day + shift},5,{15 + day.day + shift},"
        f"{10_000 + 30 * (day - start).days + shift}"
        for day in _days(first, last)
    ]
    text = "时间,新关注人数,取消关注人数,净增关注人数,累积关注人数\n" + "\n".join(lines) + "\n"
    path.write_text(text, "utf-8")


def _reads(path: Path, first: date, last: date, shift: int) -> None:
    lines = [
        f"{day},{channel},{part * (1000 + 10 * day.day + shift)},{part * 700},{part * 20},{part * 15},1"
        for day in _days(first, last)
        for channel, part in (("全部", 3), ("公众号消息", 2), ("朋友圈", 1))
    ]
    text = "日期,渠道,阅读次数,阅读人数,分享次数,分享人数,发表篇数\n" + "\n".join(lines) + "\n"
    path.write_text(text, "utf-8")
