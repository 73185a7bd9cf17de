"""Saved web pages that were read wrong, as files, and the kinds they stand for."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectors.layout import load_layouts
from collectors.read.html_table import html_grids
from collectors.read.read_file import read_file
from collectors.unreadable import Unreadable
from pipeline.config.checkout import LAYOUT_FOLDER

PAGES = Path(__file__).parents[1] / "data" / "cases" / "pages"
LAYOUTS = load_layouts(LAYOUT_FOLDER)
PROSE = (
    "7月13日晚，示例区城管部门对辖区餐饮集中路段开展专项检查，现场责令整改。"
    "执法人员逐户查看油烟净化设施的运行记录，督促经营者落实门责。"
) * 2
LINKS = "".join(
    f'<li><a href="/a/2023{m:02}15/{m}.html">旧闻标题第{m}条</a><span>2023-{m:02}-15</span></li>'
    for m in range(1, 10)
)
SIDE = f'<div class="sidebar"><h3>热点</h3><ul>{LINKS}</ul></div>'


def rows(text: str) -> list[dict[str, str]]:
    (grid,) = html_grids(text)
    labels, *found = grid.rows
    return [
        {str(label): cell for label, cell in zip(labels, row, strict=True) if cell} for row in found
    ]


@pytest.mark.parametrize(
    ("name", "title", "published", "medium"),
    [
        ("article_big5", "香港特區政府公布新措施市民反應熱烈", "2023-06-30 10:00", "明報新聞網"),
        ("date_of_sidebar", "标题", "2019-12-10 07:57:40", "新华网"),
        ("fetched_utf16", "城管执法", "2023-06-30 10:00", "上海城管"),
        ("fetched_with_bom", "城管执法", "2023-06-30 10:00", "上海城管"),
        ("fetched_with_br_first", "城管执法", "2023-06-30 10:00", "上海城管"),
        ("two_boms", "标题", "2023-06-30 10:00", None),
        ("xhtml", "标题", "2023-06-30 10:00", None),
    ],
)
def test_an_article_is_what_its_page_says(
    name: str, title: str, published: str, medium: str | None
) -> None:
    (block,) = read_file(PAGES / f"{name}.html", LAYOUTS, "news").blocks
    (row,) = [dict(zip(block.columns, row, strict=True)) for row in block.rows]
    assert (row["title"], row["published"], row["media_name"]) == (title, published, medium)


@pytest.mark.parametrize("name", ["gbk_one_bad_byte", "utf8_cut_char"])
def test_a_damaged_page_is_told_with_its_line(name: str) -> None:
    with pytest.raises(Unreadable, match="第 1 行有损坏的字节"):
        read_file(PAGES / f"{name}.html", LAYOUTS, "news")


WECHAT = """<html><head><title></title><meta property="og:title" content="门责自律示范路评选">
    <meta property="og:url" content="http://mp.weixin.qq.com/s?__biz=A&amp;mid=1&amp;idx=1">
    <meta property="og:type" content="article"></head><body><script>
    var ct = "1688126400"; var nickname = htmlDecode("示例发布"); var msg_title = 'x';</script>
    <div class="rich_media"><h1 class="rich_media_title" id="activity-name">门责自律示范路评选</h1>
    <a id="js_name">示例发布</a><div id="js_content"><p>正文。</p></div></div></body></html>"""


def test_an_official_account_s_article_as_a_browser_saves_it() -> None:
    """1688126400 is 2023-06-30 12:00 UTC: 20:00 in Beijing."""
    (row,) = rows(WECHAT)
    assert (row["标题"], row["来源网站"], row["发布时间"], row["媒体类型"]) == (
        "门责自律示范路评选",
        "示例发布",
        "2023-06-30 20:00:00",
        "微信公众号",
    )
    assert row["链接"] == "http://mp.weixin.qq.com/s?__biz=A&mid=1&idx=1"


@pytest.mark.parametrize("shown", ["2023年6月30日 20:00", "6月30日", "昨天 10:00", "星期五 20:00"])
def test_a_saved_article_s_day_is_what_it_shows(shown: str) -> None:
    """Without the script's moment: what is no whole day is then told with its words, not as empty."""
    text = WECHAT.replace('var ct = "1688126400";', "").replace(
        '<div id="js_content">', f'<em id="publish_time">{shown}</em><div id="js_content">'
    )
    (row,) = rows(text)
    assert row["发布时间"] == shown


@pytest.mark.parametrize(
    "line",
    [
        "更新：2023-07-02 09:00 发布：2023-06-30 20:00 来源：示例日报",
        "发布时间：2023-06-30 20:00 更新时间：2023-07-02 09:00 来源：示例日报",
        "来源：示例日报 最后修改于 2023-07-02 09:00，发布 2023-06-30 20:00",
    ],
)
def test_the_day_of_a_change_is_not_that_of_publication(line: str) -> None:
    (row,) = rows(
        '<html><head><link rel="canonical" href="https://news.example.cn/x/1.html"></head><body>'
        f"<div class='main'><h1>夏季油烟专项检查</h1><p class='info'>{line}</p>"
        f"<div class='text'><p>{PROSE}</p></div></div></body></html>"
    )
    assert row["发布时间"] == "2023-06-30 20:00"


DECLARED = {
    "og:type": (
        '<meta property="og:type" content="article"><meta property="article:published_time" '
        'content="2023-06-30T20:00:00+08:00">'
    ),
    "published_time": '<meta property="article:published_time" content="2023-06-30T20:00:00+08:00">',
    "json-ld": (
        '<script type="application/ld+json">{"@type":"NewsArticle",'
        '"headline":"夏季油烟专项检查","datePublished":"2023-06-30T20:00:00+08:00"}</script>'
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", DECLARED)
@pytest.mark.parametrize("order", ["before", "after"])
def test_a_page_that_declares_itself_an_article_is_no_list(way: str, order: str) -> None:
    article = (
        f"<div class='main'><h1>夏季油烟专项检查</h1><div class='text'><p>{PROSE}</p></div></div>"
    )
    body = SIDE + article if order == "before" else article + SIDE
    text = (
        '<html><head><link rel="canonical" '
        f'href="https://news.example.cn/x/1.html">{DECLARED[way]}'
        f"</head><body>{body}</body></html>"
    )
    (row,) = rows(text)
    assert (row["标题"], row["发布时间"]) == ("夏季油烟专项检查", "2023-06-30T20:00:00+08:00")


@pytest.mark.parametrize("order", ["before", "after"])
@pytest.mark.parametrize("side", ["sidebar", "right-rank", "hot_news", "zzz"])
def test_prose_with_a_date_line_is_an_article_and_a_sidebar_s_date_never_wins(
    order: str, side: str
) -> None:
    article = (
        "<div class='main'><h1>夏季油烟专项检查</h1><p class='info'>2023-06-30 20:00 "
        f"来源：示例日报</p><div class='text'><p>{PROSE}</p></div></div>"
    )
    box = SIDE.replace("sidebar", side)
    body = box + article if order == "before" else article + box
    (row,) = rows(
        '<html><head><link rel="canonical" '
        f'href="https://news.example.cn/x/1.html"></head><body>{body}</body></html>'
    )
    assert (row["标题"], row["发布时间"], row["原发网站"]) == (
        "夏季油烟专项检查",
        "2023-06-30 20:00",
        "示例日报",
    )


def test_an_article_without_a_date_takes_none_from_its_sidebar() -> None:
    text = (
        f"<html><body>{SIDE}<div class='main'><h1>夏季油烟专项检查</h1><div "
        f"class='text'><p>{PROSE}</p></div></div></body></html>"
    )
    (row,) = rows(text)
    assert "发布时间" not in row


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            (
                "<html><head><title>微信公众平台</title></head><body><form><input "
                "type='password'></form></body></html>"
            ),
            "登录页",
        ),
        ("<html><body><p>请使用微信扫一扫登录</p></body></html>", "登录页"),
        ("<html><head><title>百度安全验证</title></head><body>请完成验证</body></html>", "验证页"),
        ("<html><head><title>404</title></head><body>您访问的页面不存在</body></html>", "出错页"),
        (
            "<html><head><title></title></head><body>该内容已被发布者删除</body></html>",
            "已被删除、迁移",
        ),
        ("<html><body><div>此内容因违规无法查看</div></body></html>", "已被删除、迁移"),
        ("<html><body><div>该公众号已迁移</div></body></html>", "已被删除、迁移"),
        (
            (
                "<html><head><title>城管 - 站内搜索</title></head><body><form><input "
                "name='q'></form></body></html>"
            ),
            "搜索页",
        ),
        ("<html><body><div id='app'></div><script>go()</script></body></html>", "脚本"),
        (
            "<html><head><title>首页</title></head><body>"
            + "<a href='/x'>栏目名称很长的一个</a>" * 30
            + "</body></html>",
            "首页、栏目页",
        ),
    ],
)
def test_every_refusal_says_what_the_page_is(text: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        html_grids(text)
