"""News mentions: one alias-driven layout for every vendor; counts worked out by hand."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
import xlwt

from tests.support.homes import make_home, rows, run

V7 = (
    "标题／微博内容,信息属性,原创/转发,原文/评论链接,来源网站,原文作者,日期,媒体类型,全文内容,"
    "转发数,来源网站,MD5-id,"
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_home(tmp_path / "home")


def drop(home: Path, name: str, content: bytes, folder: str = "news") -> None:
    (home / "inbox" / folder / name).write_bytes(content)


LONG = "长" * 140_000


def test_vendor_csv_with_repeats_quotes_newlines_and_a_short_line(home: Path) -> None:
    text = f"""{V7}
疏堵结合,非敏感,原创,http://a.example.cn/1,示例日报,'记者甲',2023-07-01 09:30:00,新闻,"正文
第二行",5,示例日报,m1,
疏堵结合,非敏感,原创,http://a.example.cn/1,示例日报,'记者甲',2023-07-01 09:30:00,新闻,正文,9,示例日报,m1,
夜间施工,敏感,原创,http://b.example.cn/2,示例晚报,--,2023-07-02 10:00:00,新闻,{LONG},null,示例晚报,m2,
短行,非敏感
"""
    drop(home, "118366480.csv", text.replace("\n", "\r\n").encode("gb18030"))
    result = run(home, "2023-08-01", code=3)
    assert result["rows"] == {
        "total": 4,
        "loaded": 2,
        "rejected": 1,
        "duplicate": 1,
        "unreadable": 0,
    }
    assert rows(
        home,
        (
            "select title, author, tone_raw, tone, is_positive_report from mart.mention order "
            "by published_on"
        ),
    ) == [
        ("疏堵结合", "记者甲", "非敏感", None, False),
        ("夜间施工", None, "敏感", None, False),
    ]
    # the later capture
    assert rows(home, "select shares from raw.news_item where vendor_id = 'm1'") == [("9",)]
    # neither label is a tone: both wait for a person, and the target is 0, not no data, because the
    # export came
    assert rows(home, "select title, is_suspected_negative from mart.review_queue order by 1") == [
        ("夜间施工", True),
        ("疏堵结合", False),
    ]
    assert rows(
        home, "select actual from mart.target_progress where target_id = 'positive_reports'"
    ) == [(0,)]


def test_one_file_that_disagrees_with_itself_has_no_tone(home: Path) -> None:
    drop(home, "导出.csv", (
        "标题,原文链接,发布时间,媒体名称,情感\n"
        "午巡,http://a.example.cn/1,2023-06-03 09:00,示例报,正面\n"
        "午巡,http://a.example.cn/1;,2023-06-03 09:00,示例报,负面\n"
        "晨检,http://a.example.cn/2,2023-06-04 09:00,示例报,正面\n"
        "晨检,http://a.example.cn/2?from=timeline,2023-06-04 09:00,示例报,正面\n"
    ).encode())  # fmt: skip
    run(home, "2023-08-01", code=0)
    found = rows(home, "select title, tone, tone_raw from mart.mention order by 1")
    assert found == [("午巡", None, "正面、负面"), ("晨检", "正面", "正面")]


def test_a_sheet_for_each_medium(home: Path) -> None:
    book = openpyxl.Workbook()
    news = book.active
    assert news
    news.title = "新闻"
    news.append(["序号", "标题", "媒体名称", "发布时间", "情感"])
    news.append([1, "城管进社区", "示例日报", "2023-07-01 09:00", "正面"])
    news["B2"].hyperlink = "https://a.example.cn/1"
    weibo = book.create_sheet("微博")
    weibo.append(["序号", "博主名称", "发布时间", "链接", "正文", "情感"])
    weibo.append(
        [1, "示例网友", "2023-07-02 10:00", "https://w.example.cn/2", "路边的摊位挪走了" * 8, None]
    )
    book.save(home / "inbox" / "news" / "x.xlsx")
    run(home, "2023-08-01")
    found = rows(
        home,
        (
            "select title, title_is_derived, media_name, media_type, url, tone from "
            "mart.mention order by published_on"
        ),
    )
    assert found == [
        ("城管进社区", False, "示例日报", "新闻", "https://a.example.cn/1", "正面"),
        (
            ("路边的摊位挪走了" * 8)[:40],
            True,
            "w.example.cn",
            "微博",
            "https://w.example.cn/2",
            None,
        ),
    ]


def test_preamble_export_in_biff(home: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet0")
    lines = [
        ["示例网络舆情"], ["共监测到信息1条"], ["信息属性中"], ["专题统计：", "市容(1)"],
        [
            "专题", "标题", "站点", "媒体类型", "发布人", "阅读数", "回复数", "转发数", "点赞数",
            "预警", "发布时间", "内容", "链接地址",
        ],
        [
            "市容", "绿地修剪", "示例日报", "新闻", "甲", "10万+", "1", "2", "3", "未预警",
            "2023-07-01 08:00:00", "正文", "http://a.example.cn/3",
        ],
    ]  # fmt: skip
    for r, line in enumerate(lines):
        for c, value in enumerate(line):
            sheet.write(r, c, value)
    book.save(str(home / "inbox" / "news" / "20230801文章列表.xls"))
    run(home, "2023-08-01")
    assert rows(home, "select title, media_name, reads, reads_is_capped from mart.mention") == [
        ("绿地修剪", "示例日报", 100001, True)
    ]
    assert rows(home, "select title, origin from mart.ten_w_article") == [("绿地修剪", "媒体报道")]


def test_utf16_serials_and_feeds_agree_on_beijing_time(home: Path) -> None:
    drop(
        home,
        "m.tsv",
        (
            "Date\tHeadline\tURL\tSource\tSentiment\n01-Jul-2023 09:30PM\tNight "
            "check\thttps://e.example.org/1\tExample Post\tPositive\n"
        ).encode("utf-16"),
    )
    serial = (
        "标签列,北京时间,Title,Url,Domain,Sentiment\n,45108.5,Noon check,"
        "https://e.example.org/2,example.org,Neutral\n无关,45108,Noise,https://e.example.org/3,"
        "example.org,\n"
    )
    drop(home, "o.csv", serial.encode())
    atom = """<feed xmlns="http://www.w3.org/2005/Atom"><entry>
        <title type="html">夜查&lt;b&gt;城管&lt;/b&gt;在行动</title>
        <link href="https://www.google.com/url?rct=j&amp;url=https://n.example.cn/9.html&amp;ct=ga"/>
        <published>2023-07-01T20:00:00Z</published></entry></feed>"""
    drop(home, "alert.xml", atom.encode())
    rss = """<rss><channel><item><title>坏日期</title><link>http://r.example.cn/1</link>
        <pubDate>three hours ago</pubDate></item>
        <item><title>好日期</title><link>http://r.example.cn/2</link>
        <pubDate>Sat, 01 Jul 2023 23:30:00 +0800</pubDate></item></channel></rss>"""
    drop(home, "rss.xml", rss.encode())
    result = run(home, "2023-08-01", code=3)
    assert result["rows"]["rejected"] == 1
    found = rows(
        home,
        (
            "select title, media_name, published_at at time zone 'UTC', tone from mart.mention "
            "order by published_at, title"
        ),
    )
    assert found == [
        ("Noon check", "example.org", datetime(2023, 7, 1, 4, 0), "中性"),
        ("Night check", "Example Post", datetime(2023, 7, 1, 13, 30), "正面"),
        ("好日期", "r.example.cn", datetime(2023, 7, 1, 15, 30), None),
        ("夜查城管在行动", "n.example.cn", datetime(2023, 7, 1, 20, 0), None),
    ]
    assert rows(home, "select value from ops.rejected_row") == [("three hours ago",)]


def test_a_person_in_the_ledger_beats_the_vendor_and_nothing_counts_twice(home: Path) -> None:
    vendor = f"""{V7}
甲报道,非敏感,原创,http://a.example.cn/1?utm_source=x,示例日报,,2023-07-01 09:30:00,新闻,,,,m1,
乙报道,非敏感,原创,http://b.example.cn/2,示例晚报,,2023-07-01 12:00:00,新闻,,,,m2,
丙报道,非敏感,原创,http://c.example.cn/3,示例网,,2023-07-01 12:00:00,新闻,,,,m3,
"""
    drop(home, "v.csv", vendor.encode("gb18030"))
    run(home, "2023-08-01")
    assert rows(
        home, "select actual from mart.target_progress where target_id = 'positive_reports'"
    ) == [(0,)]
    # by address, and without an address by medium, day and title
    ledger = (
        "报道标题,媒体名称,发表日期,报道链接,倾向\n甲报道,示例日报,2023-07-01,"
        "https://www.a.example.cn/1,正面\n乙报道,示例晚报,2023-07-01,,正面\n"
    )
    drop(home, "l.csv", ledger.encode(), folder="ledger")
    run(home, "2023-08-01")
    found = rows(home, "select title, tone, tone_source from mart.mention order by title")
    assert found == [
        ("丙报道", None, None),
        ("乙报道", "正面", "person"),
        ("甲报道", "正面", "person"),
    ]
    assert rows(
        home, "select actual from mart.target_progress where target_id = 'positive_reports'"
    ) == [(2,)]
    assert rows(home, "select count(*) from mart.review_queue") == [(1,)]


def test_a_vendor_export_in_an_accounts_folder_says_where_it_belongs(home: Path) -> None:
    drop(
        home,
        "v.csv",
        f"{V7}\n甲,非敏感,原创,http://a.example.cn/1,示例日报,,2023-07-01 09:30:00,新闻,,,,m1,\n".encode(),
        folder="main-wechat",
    )
    run(home, "2023-08-01", code=3)
    assert "请放入 inbox/news" in (home / "quarantine" / "v.csv.reason.txt").read_text("utf-8")
