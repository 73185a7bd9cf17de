"""视频号 and other platforms through whole nights; fixtures made here, figures worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.support.homes import make_home, rows, run

PLATFORMS = {
    "sp": "channels",
    "dy": "douyin",
    "tt": "toutiao",
    "xhs": "xiaohongshu",
    "bz": "bilibili",
    "ks": "kuaishou",
    "zh": "zhihu",
    "wb": "weibo",
}
CHANNELS = (
    "视频描述,视频ID,发布时间,完播率,平均播放时长,播放量,推荐,喜欢,评论量,分享量,关注量,"
    "转发聊天和朋友圈,设为铃声,设为状态,设为朋友圈封面"
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    config = 'plan = "2023"\n' + "".join(
        f'[[accounts]]\nid = "{i}"\nname = "{i}"\nplatform = "{p}"\n' for i, p in PLATFORMS.items()
    )
    home = make_home(tmp_path / "home", config)
    for account in PLATFORMS:
        (home / "inbox" / account).mkdir()
    return home


def test_channels_videos_keep_two_signals_and_quoted_newlines(home: Path) -> None:
    text = (
        f'{CHANNELS}\n"第一行\n#话题, ""引号""",export/A,2026/5/9,4.41%,14.73秒,1.2万,3,5,1,2,'
        "-1,4,0,0,0\n,export/B,2026/05/10,<0.1%,-,10,0,0,0,0,0,0,0,0,0\n"
    )
    (home / "inbox" / "sp" / "x.csv").write_bytes(text.encode("utf-8-sig"))
    run(home, "2026-06-01")
    found = rows(
        home,
        (
            "select video_id, title, published_on, finish_rate, finish_rate_is_bound, "
            "avg_play_seconds, plays, hearts, thumbs, likes, followers_gained from mart.video "
            "order by 1"
        ),
    )
    assert found == [
        (
            "export/A",
            '第一行\n#话题, "引号"',
            date(2026, 5, 9),
            pytest.approx(0.0441),
            False,
            pytest.approx(14.73),
            12000,
            3,
            5,
            None,
            -1,
        ),
        ("export/B", None, date(2026, 5, 10), pytest.approx(0.001), True, None, 10, 0, 0, None, 0),
    ]


def test_a_newer_export_supersedes_and_the_change_is_reported(home: Path) -> None:
    for number, plays in enumerate((10, 15)):
        (home / "inbox" / "sp" / "x.csv").write_text(
            f"{CHANNELS}\n甲,export/A,2026/05/09,4%,1秒,{plays},0,0,0,0,0,0,0,0,0\n", "utf-8"
        )
        assert run(home, "2026-06-01")["restatements"] == number
    assert rows(home, "select plays from mart.video") == [(15,)]


def test_each_platform_lands_where_its_meaning_is(home: Path) -> None:
    inbox = home / "inbox"
    douyin = (
        "作品名称,发布时间,体裁,审核状态,播放量,完播率,5s完播率,封面点击率,2s跳出率,"
        "平均播放时长,点赞量,分享量,评论量,收藏量,主页访问量,粉丝增量"
    )
    (inbox / "dy" / "a.csv").write_text(
        (
            f"{douyin}\n作品 1,2026-07-18 14:11:20,视频,公开,81,0.0875,0.375,,0.375,9.53,6,0,3,"
            "0,3,-2\n"
        ),
        "utf-8",
    )
    book = openpyxl.Workbook()
    assert book.active
    labels = (
        "标题,发布时间,ID,链接,展现量,粉丝展现量,播放量,粉丝播放量,点击率,平均播放完成率,"
        "平均播放时长,点赞量,评论量,转发量,分享量,收藏量"
    )
    book.active.append(labels.split(","))
    book.active.append(
        [
            "头条一",
            "2026-06-10 12:34",
            "7100000000000000001",
            "https://t.example.cn/1",
            50,
            5,
            20,
            2,
            0.31,
            16.55,
            7.12,
            1,
            2,
            3,
            4,
            5,
        ]
    )
    book.active.append(
        [
            "头条二",
            "2026年06月11日",
            "7100000000000000002",
            "",
            50,
            5,
            -1,
            -1,
            -1.0,
            "-1.00",
            "-1.00",
            1,
            2,
            3,
            4,
            5,
        ]
    )
    book.save(inbox / "tt" / "a.xlsx")
    (inbox / "tt" / "b.csv").write_text(
        (
            "时间,展现量,粉丝展现量,阅读(播放)量,粉丝阅读(播放)量,点赞量,评论量\n累计,300,3,30,"
            "3,3,3\n2026-07-01,100,1,10,1,1,1\n"
        ),
        "utf-8",
    )
    banner = ",".join(["最多导出排序后前1000条笔记"] * 13)
    notes = (
        "笔记标题,首次发布时间,体裁,曝光,观看量,封面点击率,点赞,评论,收藏,涨粉,分享,"
        "人均观看时长,弹幕"
    )
    (inbox / "xhs" / "a.csv").write_text(
        (
            f"{banner}\n{notes}\n,2026年05月19日15时39分28秒,图文,9,8,0.1,1,1,1,0,0,3.3,0\n,"
            "2026年05月19日15时39分29秒,图文,9,7,0.1,1,1,1,0,0,3.3,0\n"
        ),
        "utf-8",
    )
    (inbox / "bz" / "a.csv").write_text(
        "时间,粉丝总数,新增关注,取消关注\n2026-07-01,100,3,1\n", "utf-8"
    )
    (inbox / "ks" / "a.csv").write_text(
        (
            "作品,发布时间,播放量,完播率,评论量,点赞量,收藏量,分享量,涨粉量\n快一,2026-07-02 "
            "10:00:00,9,20.6%,1,1,1,1,2\n"
        ),
        "utf-8",
    )
    (inbox / "zh" / "a.xls").write_text(
        "日期,阅读,播放,点赞,喜欢,评论,收藏,分享\n2026-07-01,53,,6,0,0,2,1\n", "utf-8"
    )
    (inbox / "wb" / "a.csv").write_text(
        (
            "日期,粉丝总数,粉丝净增数,新增粉丝数,减少粉丝数,阅读数,发博数,转评赞数,转发数,"
            "评论数,点赞数\n2026-07-01,900,4,5,1,1.2万,3,9,3,3,3\n"
        ),
        "utf-8",
    )
    run(home, "2026-08-01")
    videos = rows(
        home,
        (
            "select account_id, plays, finish_rate, followers_gained from mart.video order by "
            "account_id, published_at"
        ),
    )
    assert videos == [
        ("dy", 81, pytest.approx(0.0875), -2), ("ks", 9, pytest.approx(0.206), 2),
        ("tt", 20, pytest.approx(0.1655), None),
        ("tt", None, None, None), ("xhs", 8, None, 0), ("xhs", 7, None, 0),
    ]  # fmt: skip
    days = rows(
        home,
        (
            "select account_id, followers, net_followers, reads, plays from mart.account_daily "
            "order by 1"
        ),
    )
    assert days == [
        ("bz", 100, 2, None, None),
        ("tt", None, None, None, None),
        ("wb", 900, 4, 12000, None),
        ("zh", None, None, 53, None),
    ]
    assert rows(
        home, "select reads_or_plays from staging.platform_daily where account_id = 'tt'"
    ) == [(10,)]  # 累计 is no day


def test_a_file_of_another_platform_is_refused(home: Path) -> None:
    (home / "inbox" / "dy" / "x.csv").write_text(
        f"{CHANNELS}\n甲,export/A,2026/05/09,4%,1秒,1,0,0,0,0,0,0,0,0,0\n", "utf-8"
    )
    run(home, "2026-06-01", code=3)
    assert "平台是 douyin" in (home / "quarantine" / "x.csv.reason.txt").read_text("utf-8")


def test_a_live_in_the_template_and_in_the_ledger_counts_once(home: Path) -> None:
    template = (
        "账号名称,直播名称,开播时间,直播时长(秒),观看人数\n城管,开放日,2023-07-15 09:00,5400,1820\n"
    )
    ledger = (
        "直播名称,平台,账号名称,开播时间,观看人数(万)\n开放日直播,视频号,城管,2023年7月15日 "
        "9:00,0.19\n夏令,抖音,城管,2023-07-20 19:00,0.3\n"
    )
    (home / "inbox" / "sp" / "live.csv").write_text(template, "utf-8")
    (home / "inbox" / "ledger" / "live.csv").write_text(ledger, "utf-8")
    run(home, "2023-12-31")
    assert rows(
        home, "select actual from mart.target_progress where target_id = 'livestreams'"
    ) == [(2,)]


DOUYIN = (
    "作品名称,发布时间,体裁,审核状态,播放量,完播率,5s完播率,封面点击率,2s跳出率,平均播放时长,"
    "点赞量,分享量,评论量,收藏量,主页访问量,粉丝增量\n"
)
WORK = "{},2026-07-18 14:11:20,视频,公开,{},0.1,0.3,,0.3,9,6,0,3,0,3,0\n"


def test_works_of_one_second_are_told_apart_by_signs_and_joined_over_blanks(home: Path) -> None:
    captions = (("第1集【上】", 5), ("第1集【下】", 7), ("开放日!", 1), ("开放日", 2))
    (home / "inbox" / "dy" / "a.csv").write_text(
        DOUYIN + "".join(WORK.format(*c) for c in captions), "utf-8"
    )
    run(home, "2026-08-01")
    (home / "inbox" / "dy" / "b.csv").write_text(DOUYIN + WORK.format("第1集 【上】", 9), "utf-8")
    run(home, "2026-08-02")
    assert rows(home, "select plays from mart.video order by 1") == [(1,), (2,), (7,), (9,)]


def test_captions_that_differ_in_blanks_only_are_rejected_not_fatal(home: Path) -> None:
    lines = WORK.format("开放日", 5) + WORK.format("开 放日", 7) + WORK.format("别的", 3)
    (home / "inbox" / "dy" / "a.csv").write_text(DOUYIN + lines, "utf-8")
    assert run(home, "2026-08-01", code=3)["rows"]["rejected"] == 2
    assert rows(home, "select plays from mart.video") == [(3,)]


def test_a_copy_per_kind_does_not_replace_the_account_total(home: Path) -> None:
    head = "时间,展现量,粉丝展现量,阅读(播放)量,粉丝阅读(播放)量,点赞量,评论量\n"
    name = "数据趋势_1_2026-07-01-2026-07-01"
    (home / "inbox" / "tt" / f"{name} (1).csv").write_text(
        f"{head}2026-07-01,300,1,30,1,9,1\n", "utf-8"
    )
    run(home, "2026-08-01")
    (home / "inbox" / "tt" / f"{name} （文章).csv").write_text(
        f"{head}2026-07-01,100,1,10,1,2,1\n", "utf-8"
    )
    run(home, "2026-08-02")
    assert rows(home, "select impressions, reads_or_plays, likes from staging.platform_daily") == [
        (300, 30, 9)
    ]


def test_xiaohongshu_trends_are_plays_and_followers_of_the_day(home: Path) -> None:
    book = openpyxl.Workbook()
    for name, value in (("曝光趋势", 50), ("观看趋势", 20), ("净涨粉趋势", -3)):
        sheet = book.create_sheet(name)
        sheet.append(["日期", "数值"])
        sheet.append(["2026年07月05日", value])
    del book["Sheet"]
    book.save(home / "inbox" / "xhs" / "a.xlsx")
    run(home, "2026-08-01")
    assert rows(home, "select plays, net_followers, followers from mart.account_daily") == [
        (20, -3, None)
    ]
    assert rows(home, "select impressions from staging.platform_daily") == [(50,)]


@pytest.mark.parametrize(
    ("account", "text", "reason"),
    [
        ("sp", "时间,播放,甲,乙,评论,分享,关注\n2026/07/01,1,2,3,4,5,6\n", "不是单篇视频"),
        ("dy", "日期,播放量\n2026-07-01,5\n", "不是作品列表"),
        ("bz", "视频标题,发布时间,播放量,甲\n一,2026年05月29日 12:40:34,5,1\n", "不能按位置猜测"),
        ("main-wechat",
            ("时间,拉取量,曝光量,曝光率,点击量,点击率,eCPM（元）,收入（元）\n2026-07-01,1,1,1%,1,"
            "1%,1,1\n"), "广告收入"),
    ],
)  # fmt: skip
def test_known_layouts_that_must_not_be_loaded_say_why(
    home: Path, account: str, text: str, reason: str
) -> None:
    with (home / "pipeline.toml").open("a", encoding="utf-8") as config:
        config.write('[[accounts]]\nid = "main-wechat"\nname = "主"\nplatform = "wechat"\n')
    (home / "inbox" / account / "x.csv").write_text(text, "utf-8")
    run(home, "2026-08-01", code=3)
    assert reason in (home / "quarantine" / "x.csv.reason.txt").read_text("utf-8")


def test_a_later_ledger_line_does_not_wipe_out_what_the_template_knew(home: Path) -> None:
    template = (
        "账号名称,直播名称,开播时间,直播时长(秒),观看人数,观看次数\n城管,开放日,2023-07-15 "
        "09:00,5400,1820,2655\n"
    )
    (home / "inbox" / "dy" / "live.csv").write_text(template, "utf-8")
    run(home, "2023-12-30")
    ledger = "直播名称,平台,账号名称,开播时间,观看人数\n开放日,抖音,城管,2023-07-15 09:00,1900\n"
    (home / "inbox" / "ledger" / "live.csv").write_text(ledger, "utf-8")
    run(home, "2023-12-31")
    found = rows(home, "select platform, viewers, views, duration_seconds from mart.live_session")
    assert found == [("抖音", 1900, 2655, 5400.0)]


def test_posts_of_weibo_are_works_with_reads(home: Path) -> None:
    text = (
        "发布时间,微博内容,阅读数,转评赞数,点击数,URL\n2026-07-01 10:00,甲,5万,3,1,"
        "https://w.example/1\n"
    )
    (home / "inbox" / "wb" / "x.csv").write_text(text, "utf-8")
    run(home, "2026-08-01")
    assert rows(home, "select title, reads, plays, url from mart.video") == [
        ("甲", 50000, None, "https://w.example/1")
    ]
