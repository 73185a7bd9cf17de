"""Saved answers of the WeChat API land in the tables of the exports.

Error answers and unfinished ones are refused.
"""

import json
from pathlib import Path

import pytest

from collectors.layout import load_layouts
from collectors.read.json_lists import document_grids
from collectors.unreadable import Unreadable
from pipeline.config.checkout import LAYOUT_FOLDER
from tests.support.homes import growth_html, make_home, rows, run

DAY = "2026-08-06"
NO_DATA = [rule for layout in load_layouts(LAYOUT_FOLDER).values() for rule in layout.no_data]
SUMMARY = {
    "list": [
        {"ref_date": DAY, "user_source": 0, "new_user": 12, "cancel_user": 7},
        {"ref_date": DAY, "user_source": 30, "new_user": 18, "cancel_user": 8},
    ]
}  # fmt: skip
CUMULATE = {"list": [{"ref_date": DAY, "user_source": 0, "cumulate_user": 500}]}
DETAIL = {
    "read_user": 9,
    "read_user_source": [
        {"user_count": 9, "scene_desc": "全部"},
        {"user_count": 0, "scene_desc": "推荐"},
    ],
}
BIZ = {
    "list": [
        {
            "ref_date": DAY,
            "detail": {
                **DETAIL,
                "share_user": 3,
                "collection_user": 4,
                "redirect_ori_page_user": 1,
                "send_page_count": 2,
            },
        }
    ],
    "is_delay": False,
}
ARTICLE = {"list": [{"ref_date": DAY, "msgid": "1_1", "detail": DETAIL}], "is_delay": False}


def _drop(home: Path, name: str, answer: object) -> None:
    (home / "inbox" / "main-wechat" / name).write_text(
        json.dumps(answer, ensure_ascii=False), "utf-8"
    )


def test_answers_land_like_files_and_agree_with_them(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    for name, answer in {"s.json": SUMMARY, "c.json": CUMULATE, "b.json": BIZ}.items():
        _drop(home, name, answer)
    run(home, "2026-08-07")
    # new 12 + 18 = 30, lost 7 + 8 = 15, net 15
    query = (
        "select new_followers, lost_followers, net_followers, followers from staging.follower_daily"
    )
    assert rows(home, query) == [(30, 15, 15, 500)]
    query = (
        "select channel, readers, sharers, favoriters, published from staging.channel_daily "
        "order by channel"
    )
    assert rows(home, query) == [("全部", 9, 3, 4, 2), ("推荐", 0, None, None, None)]
    export = home / "inbox" / "main-wechat" / "g.xls"
    export.write_text(growth_html((DAY, "30", "15", "15", "500")), "utf-8")
    assert run(home, "2026-08-07")["restatements"] == 0
    export.write_text(growth_html((DAY, "31", "15", "16", "500")), "utf-8")
    assert run(home, "2026-08-07")["restatements"] == 2  # new and net


def _article(*figures: tuple[str, int]) -> object:
    """One article of DAY as getarticletotaldetail tells it: cumulative readers up to each day."""
    details = [{"stat_date": day, "read_user": readers} for day, readers in figures]
    return {
        "list": [
            {
                "ref_date": DAY,
                "msgid": "7_1",
                "publish_type": 0,
                "title": "甲",
                "detail_list": details,
            }
        ],
        "is_delay": False,
    }


def test_an_article_that_grows_is_not_restated_but_a_corrected_day_is(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    current = "select readers from mart.article"
    _drop(home, "1.json", _article((DAY, 30)))
    assert run(home, "2026-08-08")["restatements"] == 0
    _drop(home, "2.json", _article((DAY, 30), ("2026-08-07", 50)))
    assert run(home, "2026-08-08")["restatements"] == 0
    assert rows(home, current) == [(50,)]
    _drop(home, "3.json", _article((DAY, 30), ("2026-08-07", 48)))
    assert run(home, "2026-08-08", 3)["restatements"] == 1, (
        "a total that falls is told, too: it may be an old export"
    )
    assert rows(home, current) == [(48,)]


def test_an_articles_answer_never_becomes_the_accounts_figures(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    _drop(home, "a.json", ARTICLE)
    run(home, "2026-08-07")
    assert rows(home, "select count(*) from raw.wechat_channel_daily") == [(0,)]
    assert rows(home, "select count(*) > 0 from mart.article_daily") == [(True,)]
    assert rows(home, "select count(*) from mart.account_daily") == [(0,)]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('{"errcode":45009,"errmsg":"reach max api daily quota limit"}', "45009"),
        ('{"list":[],"is_delay":true}', "is_delay"),
        ('{"list":[]}', "不等于零"),
        ('{"list":[{"ref_date"', "损坏"),
    ],
)
def test_what_is_no_data_is_refused_with_a_reason(text: str, word: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        document_grids(text, NO_DATA)
    assert word in refusal.value.reason_zh


def test_numbers_stay_as_written_and_zero_is_kept() -> None:
    grid = document_grids('{"list":[{"a":0.0046140,"b":{"c":0,"d":null},"e":true}]}')[0]
    assert grid.rows == [["a", "b.c", "b.d", "e"], ["0.0046140", "0", None, "TRUE"]]
