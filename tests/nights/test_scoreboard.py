"""The scoreboard page.

The same figures as the warehouse, nothing from outside, hostile text harmless.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from examples.home import make_home as example_home
from reports.charts.svg import Frame, Series, axis, drawings, path
from reports.formatting import (
    moved,
    number,
    outlook_zh,
    percent,
    plain_name,
    rounded_up,
    span_zh,
    status_zh,
    wan,
)
from reports.output.html import unbroken
from tests.support.homes import make_home, pipeline, rows, run

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def text_of(row: Tag, selector: str) -> str:
    found = row.select_one(selector)
    assert found
    return found.get_text()


def page(home: Path) -> BeautifulSoup:
    done = pipeline(home, "report", "scoreboard")
    assert done.returncode == 0, done.stderr
    return BeautifulSoup((home / "output" / "scoreboard.html").read_text("utf-8"), "lxml")


def test_figures_are_those_of_the_warehouse(tmp_path: Path) -> None:
    home = example_home(tmp_path)
    run(home, "2023-10-31", code=3)
    soup = page(home)
    cards = {str(card["id"]): card for card in soup.select("article.card")}
    wanted = rows(
        home,
        (
            "select target_id, actual, ceil(target - 1e-9), status from mart.target_progress "
            "order by position"
        ),
    )
    assert list(cards) == [f"t-{row[0]}" for row in wanted], "the plan's order"
    for target_id, actual, target, status in wanted:
        card = cards[f"t-{target_id}"]
        assert text_of(card, ".fig strong") == f"{actual:,.0f}"
        assert text_of(card, ".fig em") == f"目标{target:,.0f}"
        assert text_of(card, ".chip") == status_zh(status)
        assert card.select_one(".bar .mk"), "the mark of time gone"
    assert len(soup.select(".pj")) == 37
    assert len(soup.select("svg.ch")) == 4, "each growth chart is drawn wide and narrow"
    assert "5月3日至5日阅读数据" in text_of(soup.select_one("#a-n") or soup, ".notes")
    league = [text_of(row, "th").split("产品")[0] for row in soup.select("#league tbody tr")]
    assert len(league) == 21
    silent = [text_of(row, "th") for row in soup.select("#league tbody tr[data-none]")]
    assert league[-len(silent) :] == silent, "units that sent nothing are last"
    assert {
        text_of(row, "td:nth-of-type(3)") for row in soup.select("#league tbody tr[data-none]")
    } == {"未报"}
    works = rows(home, "select count(*) from mart.ten_w_article where year(published_on) = 2023")[
        0
    ][0]
    assert len(soup.select("#a-a ol.top:not(#res) li")) == min(works, 8) + 2
    verdict = text_of(soup, "h1")
    counts = dict(rows(home, "select status, count(*) from mart.target_progress group by 1"))
    for status, count in counts.items():
        assert f"{count}项{status_zh(status)}" in verdict


def test_page_is_whole_and_only_its_own_style_and_script_may_run(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    run(home, "2023-01-31")
    soup = page(home)
    assert soup.find_all(["link", "img", "iframe"]) == []
    assert soup.find_all(src=True) == []
    assert soup.find_all(style=True) == [], "no style attribute: the policy would refuse it"
    policy = soup.find("meta", {"http-equiv": "Content-Security-Policy"})
    assert policy
    for name in ("script", "style"):
        (own,) = soup.find_all(lambda tag, name=name: tag.name == name and tag.get("type") is None)
        digest = base64.b64encode(hashlib.sha256(own.get_text().encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in str(policy["content"])
    assert str(policy["content"]).startswith("default-src 'none'")


def test_an_empty_office_says_no_data_and_no_zero(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    run(home, "2023-01-31")
    soup = page(home)
    assert {text_of(card, ".fig strong") for card in soup.select("article.card")} == {"无数据"}
    assert text_of(soup, "h1").endswith("九项年度指标9项无数据。")


def test_hostile_titles_stay_text(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    url = "http://mp.weixin.qq.com/s?__biz=M&mid=1&idx=1"
    quoted = HOSTILE.replace('"', '""')
    labels = "内容标题,发表日期,阅读人数,分享人数,阅读后关注人数,阅读完成率,内容url"
    text = (
        f'{labels}\n"{quoted}",20230105,5,1,0,0.5,{url}\n坏链接,20230106,5,1,0,0.5,'
        "javascript:alert(3)\n"
    )
    (home / "inbox" / "main-wechat" / "a.csv").write_text(text, "utf-8")
    run(home, "2023-01-31", 3)  # the bad address is told
    soup = page(home)
    listed = {row[0]: row[4] for row in json.loads(soup.select("#ad")[0].get_text())["rows"]}
    assert listed.keys() == {HOSTILE, "坏链接"}
    assert listed["坏链接"] is None, "only addresses of the web become links"
    assert [script.get("type") for script in soup.find_all("script")] == [
        "application/json",
        "application/json",
        None,
    ]
    assert soup.find_all("img") == []


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (None, ""),
        (1.0, "预计可以完成"),
        (0.7, "预计可以完成"),
        (0.69, "尚需努力"),
        (0.3, "尚需努力"),
        (0.29, "预计难以完成"),
    ],
)
def test_chances_are_words(chance: float | None, words: str) -> None:
    assert outlook_zh(chance) == words


def test_figures_as_leaders_read_them() -> None:
    assert (number(None), number(0), number(1234.5, 1), number(-3)) == (
        "无数据",
        "0",
        "1,234.5",
        "−3",
    )
    assert (percent(12.34), percent(-0.7, sign=True), percent(None)) == ("12.3%", "−0.7%", "—")
    assert (rounded_up(265_049.2), rounded_up(500.0), wan(2_387_439), wan(258_333)) == (
        "265,050",
        "500",
        "239万",
        "258,333",
    )
    assert (moved(15.44), moved(-0.66), moved(0.04)) == ("增长15.4%", "下降0.7%", "持平")
    assert (plain_name("“甲”微信公众号粉丝量"), plain_name("直播活动")) == (
        "微信公众号粉丝量",
        "直播活动",
    )
    assert span_zh(date(2023, 5, 3), date(2023, 5, 5)) == "5月3日至5日"
    assert span_zh(date(2023, 5, 30), date(2023, 6, 2)) == "5月30日至6月2日"


def test_figures_do_not_break_over_lines() -> None:
    assert (
        unbroken("还差10,110人，<b>10W+”") == '还差<span class="n">10,110人</span>，&lt;b&gt;10W+”'
    )
    assert (
        unbroken("10月31日增长15.4%")
        == '<span class="n">10月31日</span>增长<span class="n">15.4%</span>'
    )


@pytest.mark.parametrize(
    ("low", "high", "from_zero", "wanted"),
    # at most six steps of 1, 2 or 5 times a power of ten
    [
        (220_886, 265_050, False, (220_000, 270_000, 10_000)),
        (0, 2_594_609, True, (0, 3_000_000, 500_000)),
        (3, 10, True, (0, 10, 2)),
    ],
)
def test_axes_have_round_steps(
    low: float, high: float, from_zero: bool, wanted: tuple[float, float, float]
) -> None:
    assert axis([low, high], from_zero=from_zero) == pytest.approx(wanted)


def test_chart_geometry() -> None:
    # three days, 0 to 100: x from 0 to 100, y from 50 (0) to 0 (100); a gap lifts the pen
    frame = Frame(100, 50, 0, 0, 0, 0, 3, 0, 100, 20)
    assert path(frame, [0, 50, 100]) == "M0.0 50.0L50.0 25.0L100.0 0.0"
    assert path(frame, [0, None, 100]) == "M0.0 50.0M100.0 0.0"
    days = [date(2023, 1, 1) + timedelta(days=i) for i in range(3)]
    nothing: list[float | None] = [None] * 3
    assert drawings(Series(days, nothing, nothing, nothing, nothing, nothing, None)) == ""
