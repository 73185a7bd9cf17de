"""A home from which exports were removed says exactly which: in `owed`, `status`, operators' mail."""

from __future__ import annotations

import email
import email.policy
import json
import os
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.homes import CONFIG, growth_html, mail_operators_by, make_home, pipeline, run
from tests.support.servers import running

if TYPE_CHECKING:
    from pathlib import Path

HEAD = (
    "日期,阅读次数,阅读人数,分享次数,分享人数,阅读原文次数,阅读原文人数,收藏次数,收藏人数,"
    "群发篇数,渠道"
)
WIDE = {**os.environ, "COLUMNS": "160"}
MONTHS = ((1, 31), (2, 28), (3, 31), (4, 30))
EXPECT = "".join(
    f'[[expect]]\nowner = "{owner}"\nexport = "wechat_articles"\nevery = "never"\n'
    for owner in ("main-wechat", "side-wechat")
)


def hand_in(home: Path, account: str, level: int, without: set[tuple[str, int]]) -> None:
    """Drop an account's exports of January to April 2023, a file a month, but those `without`.

    Ten new followers and 100 reads a day.
    """
    day = date(2023, 1, 1)
    for month, length in MONTHS:
        days = [day + timedelta(days=number) for number in range(length)]
        day = days[-1] + timedelta(days=1)
        growth = [
            (one.isoformat(), "10", "0", "10", str(level + 10 * one.timetuple().tm_yday))
            for one in days
        ]
        content = [f"{one},100,50,1,1,0,0,0,0,0,全部" for one in days]
        for name, text in (
            ("growth", growth_html(*growth)),
            ("content", "\n".join([HEAD, *content]) + "\n"),
        ):
            if (name, month) not in without:
                suffix = "xls" if name == "growth" else "csv"
                path = home / "inbox" / account / f"{name}-{month}.{suffix}"
                path.write_text(text, "utf-8")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home as of 30 April: the main account's reads of March, the side's followers of February
    were removed.
    """
    config = CONFIG.replace('platform = "wechat"\n', 'platform = "wechat"\nsince = 2023-01-01\n')
    home = make_home(tmp_path_factory.mktemp("owed") / "home", config + EXPECT)
    hand_in(home, "main-wechat", 10_000, {("content", 3)})
    hand_in(home, "side-wechat", 50_000, {("growth", 2)})
    run(home, "2023-04-30")
    return home


def test_owed_names_exactly_these(home: Path) -> None:
    done = pipeline(home, "owed", "--json")
    found = [row for row in json.loads(done.stdout) if row["owner_kind"] == "account"]
    names = ("owner", "export", "period", "first_on", "last_on", "days_missing", "due_on", "state")
    assert [tuple(row[name] for name in names) for row in found] == [
        (
            "side-wechat", "wechat_user_growth", "2023-02", "2023-02-01", "2023-02-28", 28,
            "2023-03-05", "late",
        ),
        (
            "main-wechat", "wechat_content", "2023-03", "2023-03-01", "2023-03-31", 31,
            "2023-04-05", "late",
        ),
    ]  # fmt: skip
    # the platform keeps reads 60 days: 1 March + 60
    assert [row["lost_on"] for row in found] == [None, "2023-04-30"]
    shown = pipeline(home, "owed", "--unit", "main-wechat", env=WIDE).stdout
    assert "2023-03-01 至 2023-03-31" in shown
    assert "side" not in shown


def test_status_names_exactly_these(home: Path) -> None:
    shown = pipeline(home, "status", env=WIDE).stdout
    _, _, section = shown.partition("Owed: exports and ledgers")
    cells = [line.split() for line in section.partition("\nnone:")[0].splitlines()]
    assert [row[:6] for row in cells if row[:1] in (["示例城管"], ["示例支队"])] == [
        ["示例城管", "公众号内容分析", "1", "2023-03-01", "2023-03-31", "31"],
        ["示例支队", "公众号用户增长", "1", "2023-02-01", "2023-02-28", "28"],
    ]


def test_the_operators_mail_names_exactly_these(home: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.mkdir()
    with running("smtp", "accept", str(taken)) as port:
        mail_operators_by(home, port)
        assert pipeline(home, "report", "alerts", "--send").returncode == 0
    (mail,) = (
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in taken.glob("*.eml")
    )
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert [line for line in text.splitlines() if "（owed_export：" in line] == [
        (
            "- “示例城管”公众号内容分析缺3月1日至3月31日共31天，请尽快导出，4月30日起平台逐日查不到"
            "（owed_export：main-wechat/wechat_content）"
        ),
        (
            "- “示例支队”公众号用户增长缺2月1日至2月28日共28天，请尽快导出"
            "（owed_export：side-wechat/wechat_user_growth）"
        ),
    ]
