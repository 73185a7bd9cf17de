"""The scoreboard page: the same figures as the warehouse, nothing from outside, hostile text harmless."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from examples.home import make_home as example_home
from reports.charts.svg import Line, line_chart
from reports.formatting import chance_zh, number, outlook_zh, status_zh
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
    shown = {
        text_of(row, "th"): [cell.get_text() for cell in row.find_all("td")]
        for row in soup.select("#targets + div tbody tr")
    }
    wanted = rows(home, "select name_zh, unit, actual, target, progress_pct, status from mart.target_progress")
    assert len(shown) == 9
    for name, unit, actual, target, progress, status in wanted:
        cells = shown[f"{name}（{unit}）"]
        assert cells[:3] == [f"{actual:,.0f}", f"{target:,.0f}", f"{progress:,.1f}"]
        assert status_zh(status) in cells
    assert len(soup.select("#project-table tbody tr")) == 37
    assert len(soup.find_all("svg")) == 2
    assert "2023-05-03 至 2023-05-05，共 3 天" in soup.get_text()


def test_page_stands_alone_and_only_its_own_script_may_run(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    run(home, "2023-01-31")
    soup = page(home)
    assert soup.find_all(["link", "img", "iframe"]) == []
    assert soup.find_all(src=True) == []
    (script,) = soup.find_all("script")
    digest = base64.b64encode(hashlib.sha256(script.get_text().encode()).digest()).decode()
    policy = soup.find("meta", {"http-equiv": "Content-Security-Policy"})
    assert policy
    assert f"script-src 'sha256-{digest}'" in str(policy["content"])
    assert str(policy["content"]).startswith("default-src 'none'")


def test_an_empty_office_says_no_data_and_no_zero(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    run(home, "2023-01-31")
    for row in page(home).select("#targets + div tbody tr"):
        assert text_of(row, "td") == "无数据"


def test_hostile_titles_stay_text(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    url = "http://mp.weixin.qq.com/s?__biz=M&mid=1&idx=1"
    quoted = HOSTILE.replace('"', '""')
    labels = "内容标题,发表日期,阅读人数,分享人数,阅读后关注人数,阅读完成率,内容url"
    text = f'{labels}\n"{quoted}",20230105,5,1,0,0.5,{url}\n坏链接,20230106,5,1,0,0.5,javascript:alert(3)\n'
    (home / "inbox" / "main-wechat" / "a.csv").write_text(text, "utf-8")
    run(home, "2023-01-31")
    soup = page(home)
    cells = {text_of(row, "td"): row.select_one("td a") for row in soup.select("#article-table tbody tr")}
    assert cells.keys() == {HOSTILE, "坏链接"}
    assert cells["坏链接"] is None
    assert len(soup.find_all("script")) == 1
    assert soup.find_all("img") == []


@pytest.mark.parametrize(
    ("chance", "words"),
    [(None, "—"), (1.0, "基本可达"), (0.9, "基本可达"), (0.89, "较有把握"), (0.5, "尚需努力"), (0.29, "预计难以完成")],
)
def test_chances_are_words(chance: float | None, words: str) -> None:
    assert chance_zh(chance) == words


def test_before_15_march_a_chance_is_not_put_into_words() -> None:
    target = {"plan_year": 2023, "chance": 0.95}
    assert outlook_zh({**target, "as_of": date(2023, 3, 14)}) == "样本不足"
    assert outlook_zh({**target, "as_of": date(2023, 3, 15)}) == "基本可达"
    assert outlook_zh({**target, "as_of": date(2024, 1, 5)}) == "基本可达"
    assert outlook_zh({**target, "chance": None, "as_of": date(2023, 1, 5)}) == "—"


def test_missing_is_not_nought() -> None:
    assert (number(None), number(0), number(1234.5, 1)) == ("无数据", "0", "1,234.5")


def test_chart_geometry() -> None:
    # 0 to 100 over three days: x from 64 to 628, y from 192 (0) to 12 (100); 50 stands in the middle; a gap lifts the pen
    chart = line_chart(
        "图",
        ["1月", "", "2月"],
        [Line("实际", "actual", [0, 50, 100]), Line("断", "pace", [0, None, 100])],
        ([None] * 3, [None] * 3),
    )
    assert 'class="actual" d="M64.0 192.0L346.0 102.0L628.0 12.0"' in chart
    assert 'class="pace" d="M64.0 192.0M628.0 12.0"' in chart
    assert re.findall(r">(\d月)<", chart) == ["1月", "2月"]
    assert line_chart("空", ["1月"], [Line("实际", "actual", [None])], ([None], [None])) == ""
