"""A night with saved web pages: what they say becomes news, and the page without a date is refused."""

from __future__ import annotations

import os
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.support.homes import make_home, rows, run
from tests.support.models import BEIJING
from tests.unit.test_webpages import ADDRESS, SAVED, page

if TYPE_CHECKING:
    from pathlib import Path

BAIDU = """<html><body><div id="content_left">
    <div class="result" mu="https://a.example.cn/1"><h3><a href="http://www.baidu.com/link?url=X">示例区<em>城管</em>开展检查</a></h3>
    <span class="c-color-gray">示例日报</span>
    <span class="c-color-gray2">2小时前</span><span class="content-right_8Zs40">摘要</span></div>
    <div class="result-op"><h3><a href="http://www.baidu.com/link?url=Y">占道设摊</a></h3>
    <span class="c-color-gray">示例晚报</span>
    <span class="c-color-gray2">2026年07月16日 09:15</span></div></div></body></html>"""


def test_a_night_with_saved_pages(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    news = home / "inbox" / "news"
    (news / "search.html").write_text(BAIDU, "utf-8")
    saved = datetime(2026, 8, 13, 1, 30, tzinfo=BEIJING).timestamp()
    os.utime(news / "search.html", (saved, saved))
    (news / "article.html").write_text(
        page(
            '<meta name="PubDate" content="2026-07-14 16:08:00">'
            '<meta name="ContentSource" content="示例日报">'
        ),
        "gb18030",
    )  # fmt: skip
    (news / "list.html").write_text(
        SAVED + '<meta name="SiteName" content="示例市城管执法局"><ul>'
        f'<li><a href="{ADDRESS}" title="夏季油烟专项检查">夏季…</a></li></ul>',
        "utf-8")  # fmt: skip
    (news / "undated.html").write_text(page(before=""), "utf-8")
    result = run(home, "2026-08-14", code=3)
    assert result["rows"] == {
        "total": 5,
        "loaded": 4,
        "rejected": 1,
        "duplicate": 0,
        "unreadable": 0,
    }
    query = (
        "select title, media_name, published_at, has_clock, published_basis, is_reprint, url "
        "from mart.mention order by published_at"
    )
    shown: list[tuple[Any, ...]] = [
        (
            "夏季油烟专项检查", "示例市城管执法局", datetime(2026, 7, 14, 16, 8, tzinfo=BEIJING),
            True, "页面标注", True, ADDRESS,
        ),
        (
            "占道设摊", "示例晚报", datetime(2026, 7, 16, 9, 15, tzinfo=BEIJING), True, "搜索结果",
            False, "http://www.baidu.com/link?url=Y",
        ),
        (
            "示例区城管开展检查", "示例日报", datetime(2026, 8, 12, 23, 30, tzinfo=BEIJING), False,
            "相对时间", False, "https://a.example.cn/1",
        ),
    ]  # fmt: skip
    assert rows(home, query) == shown, (
        "the list page adds nothing to the article, and takes nothing from it"
    )
    assert rows(home, "select column_name from ops.rejected_row") == [("发布时间",)]
