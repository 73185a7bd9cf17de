"""Saved web pages: articles, lists and search pages as news.

Dates by their order of trust, relative ones from the page's saving.
"""

from __future__ import annotations

from datetime import datetime

import duckdb
import pytest
from bs4 import BeautifulSoup

from collectors.read.webpage import page_grid
from pipeline.config.checkout import TRANSFORMS
from pipeline.models.build import load_functions

ADDRESS = "https://cg.example.gov.cn/channel_8/20260714/557116f6.html"
SAVED = f"<!-- saved from url=(0059){ADDRESS} -->\n"
META = (
    '<meta name="SiteName" content="示例市城管执法局"><meta name="ArticleTitle" '
    'content="夏季油烟专项检查">'
)
SIDE = (
    '<div>今天是2026年08月13日</div><ul><li><a href="/channel_8/20260811/1.html" '
    'title="推荐">推荐</a><span>2026-08-11</span></li></ul>'
)
BODY = '<div id="ivs_content"><p>依据2025年12月31日起施行的办法，责令整改。</p></div>'


def page(head: str = "", line: str = "", before: str = SAVED) -> str:
    return (
        f"{before}<!DOCTYPE "
        f"html><html><head>{META}{head}</head><body>{SIDE}{line}{BODY}</body></html>"
    )


def cells(text: str) -> list[dict[str, str]]:
    grid = page_grid(BeautifulSoup(text, "lxml"), text)
    assert grid is not None
    labels, *found = grid.rows
    return [
        {str(label): cell for label, cell in zip(labels, row, strict=True) if cell} for row in found
    ]


@pytest.mark.parametrize(
    ("text", "published", "basis"),
    [
        (page('<meta name="pubdate" content="2026-07-15 16:08:00">',
            '<i id="ivs_date">2026年07月16日</i>'), "2026-07-15 16:08:00", "页面标注"),
        (page('<meta property="article:published_time" content="2026-07-15T16:08:00+08:00">'),
            "2026-07-15T16:08:00+08:00", "页面标注"),
        (page(line='<i id="ivs_date">2026年07月16日</i>'), "2026-07-14", "网址"),
        (page(line='<i id="ivs_date">2026年07月16日</i>', before=""), "2026年07月16日", "页面日期"),
        (page(line="<p>来源：示例日报　2026-07-17 08:30</p>", before=""), "2026-07-17 08:30",
            "页面日期"),
        (page(line="<p>来源：示例日报 2小时前</p>", before=""), "2小时前", "页面日期"),
        (page(before=""), None, None),  # neither the sidebar's day nor the text's nor today's
    ],
)  # fmt: skip
def test_date_of_an_article_by_order_of_trust(
    text: str, published: str | None, basis: str | None
) -> None:
    (row,) = cells(text)
    assert (row.get("发布时间"), row.get("发布时间依据")) == (published, basis)


def test_an_article_of_another_medium_is_a_reprint() -> None:
    (row,) = cells(page('<meta name="ContentSource" content="示例日报">'))
    assert row["标题"] == "夏季油烟专项检查"
    assert (row["链接"], row["来源网站"], row["原发网站"]) == (
        ADDRESS,
        "示例市城管执法局",
        "示例日报",
    )
    (own,) = cells(page('<meta name="ContentSource" content="示例市城管执法局">'))
    assert "原发网站" not in own


def test_a_list_gives_whole_titles_and_no_navigation() -> None:
    text = """<!-- saved from url=(0045)https://cg.example.gov.cn/channel_8/index.html -->
        <html><head><meta name="SiteName" content="示例市城管执法局"></head><body><ul>
        <li><a href="/channel_1/index.html" title="首页">首页</a></li>
        <li><a href="/channel_8/20260714/a.html" title="夏季油烟专项检查全城展开">夏季油烟专项…</a>
        <span>2026-07-14</span></li>
        <li><a href="http://www.example.gov.cn/nw4411/20260721/b.html">渣土车被处罚</a></li>
        <li><a href="/files/notice.pdf">通知</a><span>2026-07-22</span></li></ul></body></html>"""
    assert [(row["标题"], row["链接"], row["发布时间"]) for row in cells(text)] == [
        (
            "夏季油烟专项检查全城展开",
            "https://cg.example.gov.cn/channel_8/20260714/a.html",
            "2026-07-14",
        ),
        ("渣土车被处罚", "http://www.example.gov.cn/nw4411/20260721/b.html", "2026-07-21"),
        ("通知", "https://cg.example.gov.cn/files/notice.pdf", "2026-07-22"),
    ]


SOGOU = """<html><body><ul class="news-list"><li><div class="txt-box"><h3>
    <a href="/link?url=x">示例区<em><!--red_beg-->城管<!--red_end--></em>开展检查</a></h3>
    <p>摘要</p><div class="s-p"><a class="account">示例区发布</a>
    <script>document.write(timeConvert('1784012400'))</script></div></div></li></ul></body></html>"""


def test_a_saved_wechat_search() -> None:
    (row,) = cells(SOGOU)
    # 1784012400 is 2026-07-14 15:00 in Beijing; the link is of no use without its page's address
    assert row == {
        "标题": "示例区城管开展检查", "发布时间": "1784012400", "发布时间依据": "搜索结果",
        "来源网站": "示例区发布", "摘要": "摘要",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "<html><body><h1>登录</h1><form></form></body></html>",
        "<html><body><p>2026-07-14</p></body></html>",
        '<html><body><ul><li><a href="/a">x</a></li></ul></body></html>',
    ],
)
def test_other_pages_are_no_news(text: str) -> None:
    assert page_grid(BeautifulSoup(text, "lxml"), text) is None


@pytest.mark.parametrize(
    ("text", "moment", "has_clock"),
    [
        ("刚刚", (14, 0, 20), True), ("40秒前", (14, 0, 20), True),
        ("30分钟前", (13, 23, 50), True), ("2小时前", (13, 22, 20), False),
        ("3天前", (11, 0, 0), False), ("1周前", (7, 0, 0), False),
        ("昨天 09:30", (13, 9, 30), True), ("前天", (12, 0, 0), False),
        ("今天 00:05", (14, 0, 5), True),
    ],
)  # fmt: skip
def test_relative_times_count_from_the_saving(
    text: str, moment: tuple[int, int, int], has_clock: bool
) -> None:
    con = duckdb.connect()
    load_functions(con, TRANSFORMS)
    day, hour, minute = moment
    found = con.execute(
        "select relative_moment($1, timestamp '2026-08-14 00:20'), relative_has_clock($1)", [text]
    ).fetchone()
    assert found == (datetime(2026, 8, day, hour, minute), has_clock)


@pytest.mark.parametrize(
    "text", ["2026-08-14", "three hours ago", "小时前", "5月25日", "昨天上午", ""]
)
def test_what_is_no_relative_time_gives_none(text: str) -> None:
    con = duckdb.connect()
    load_functions(con, TRANSFORMS)
    assert con.execute(
        "select is_relative($1), relative_moment($1, timestamp '2026-08-14 00:20')", [text],
    ).fetchone() == (False, None)  # fmt: skip
