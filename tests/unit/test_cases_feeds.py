"""Feeds that were read wrong, as files, and the kinds they stand for: what each entry must say."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectors.layout import load_layouts
from collectors.read.feed import feed_grid
from collectors.read.read_file import read_file
from collectors.unreadable import Unreadable
from pipeline.config.checkout import LAYOUT_FOLDER

FEEDS = Path(__file__).parents[1] / "data" / "cases" / "feeds"
LAYOUTS = load_layouts(LAYOUT_FOLDER)
MOMENT = "2023-06-30T12:00:00Z"  # 20:00 in Beijing
USUAL = ("文章一", "http://example.com/1", MOMENT)
OTHERS = {
    "atom_links.xml": ("文章一", "http://example.com/2023/06/article-1.html", MOMENT),
    "atom_text_title.xml": ("如何用 <table> 标签", "http://example.com/1", MOMENT),
    "rss_text_title.xml": ("AT&T <公司> 1 < 2 且 3 > 2", "http://example.com/?a=1&copy=2", MOMENT),
    "atom_relative.xml": ("A <b> & C", "http://example.com/news/1.html", MOMENT),
    "enc_big5.xml": ("香港特區政府公布新措施，市民反應熱烈", "http://example.com/1", MOMENT),
    "enc_gb2312.xml": ("香港特区政府公布新措施，市民反应热烈", "http://example.com/1", MOMENT),
    "enc_utf-16.xml": ("香港特區政府公布新措施，市民反應熱烈", "http://example.com/1", MOMENT),
}


@pytest.mark.parametrize("path", sorted(FEEDS.glob("*.xml")), ids=lambda path: path.stem)
def test_an_entry_is_what_the_feed_says(path: Path) -> None:
    (block,) = read_file(path, LAYOUTS, "news").blocks
    (row,) = block.rows
    entry = dict(zip(block.columns, row, strict=True))
    assert (entry["title"], entry["url"], entry["published"]) == OTHERS.get(path.name, USUAL)


def test_a_page_in_declared_big5_is_read() -> None:
    (block,) = read_file(FEEDS / "page_big5.html", LAYOUTS, "news").blocks
    assert block.rows[0][block.columns.index("title")] == "香港特區政府公布新措施"


def rss(inside: str) -> str:
    return (
        f"<rss version='2.0'><channel><item><title>题</title><link>http://a.cn/1</link>{inside}"
        "</item></channel></rss>"
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Fri, 30 Jun 2023 20:00:00 +0800", "2023-06-30T12:00:00Z"),
        ("Fri, 30 Jun 2023 12:00:00 GMT", "2023-06-30T12:00:00Z"),
        ("30 Jun 2023 08:00:00 EDT", "2023-06-30T12:00:00Z"),
        ("2023-06-30 20:00:00", "2023-06-30 20:00:00"),  # no zone: the wall clock of the site
        ("2023-06-30T20:00:00", "2023-06-30 20:00:00"),
        ("2023-06-30", "2023-06-30"),  # a day is no midnight
        ("昨天", "昨天"),
        ("2023年6月30日 20:00", "2023年6月30日 20:00"),  # feedparser takes it for 1 November
        ("Fri, 30 Jun 2023 20:00:00 CST", "Fri, 30 Jun 2023 20:00:00 CST"),  # Shanghai or Chicago?
        ("30/06/2023 20:00", "30/06/2023 20:00"),
    ],
)
def test_moments(written: str, read: str) -> None:
    assert feed_grid(rss(f"<pubDate>{written}</pubDate>")).rows[1][2] == read


def test_an_address_without_a_host_starts_at_the_site() -> None:
    text = (
        "<rss version='2.0'><channel><link>https://a.cn/news/</link><item><title>题</title>"
        "<link>/2023/1.html</link></item></channel></rss>"
    )
    assert feed_grid(text).rows[1][1] == "https://a.cn/2023/1.html"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('<!DOCTYPE rss [<!ENTITY a "b">]>' + rss(""), "DOCTYPE"),
        (rss("").removesuffix("</channel></rss>"), "不完整"),
        ('<?xml version="1.0"?><Workbook><rss></rss></Workbook>', "Workbook"),
    ],
)
def test_what_is_no_whole_feed_is_refused(text: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        feed_grid(text)


def test_a_document_in_cdata_declares_nothing() -> None:
    inside = "<description><![CDATA[<!DOCTYPE html><html><body>文</body></html>]]></description>"
    assert feed_grid(rss(inside)).rows[1][3] == "文"
