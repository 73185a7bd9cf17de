"""What staff write into ledgers, through whole nights: what counts, and what is told.

The figures are worked out by hand.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.containers import Cells, write_file
from tests.support.homes import make_home, rows, run

HEAD = ["活动名称", "活动日期", "主办单位", "地点", "参与人数", "佐证材料"]
TOLD = "select reason from ops.unreadable_value order by reason"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_home(tmp_path / "home")


def hand_in(home: Path, name: str, cells: Cells, folder: str = "ledger") -> Path:
    path = home / "inbox" / folder / name
    write_file(path, {"Sheet1": cells}, "xlsx")
    return path


def test_rows_of_one_key_that_say_different_things_are_told(home: Path) -> None:
    """Two places on one day may be two activities; two pictures and two spellings of nothing are not."""
    rest = ["2023-06-01", "市局"]
    hand_in(
        home,
        "活动.xlsx",
        [
            HEAD,
            ["甲", *rest, "A街道", "100", ""],
            ["甲", *rest, "B街道", "200", ""],
            ["甲", *rest, "B街道", "200", ""],
            ["乙", *rest, "A街道", "5", "图一"],
            ["乙", *rest, "A街道", "5", "图二"],
            ["丙", *rest, "A街道", "7", ""],
            ["丙", *rest, " A街道", "7.0", "--"],
            ["丁", *rest, "无", "7", ""],
            ["丁", *rest, "/", "7", ""],
        ],
    )
    run(home, "2023-06-30", code=3)
    found = rows(home, "select name, place, participants from mart.activity order by name")
    assert found == [("丁", None, 7), ("丙", "A街道", 7), ("乙", "A街道", 5), ("甲", "B街道", 200)]
    ((reason,),) = rows(home, TOLD)
    assert reason == (
        "B4“2023-06-01 甲 市局”与Sheet1 第2行等2行是同一条（按开始日期、活动名称、主办单位）而内容不同，"
        "只计最后一行；不是同一条的，请写出区别后重新提交"
    )


def test_sums_remarks_and_cancelled_rows_of_a_night(home: Path) -> None:
    hand_in(
        home,
        "活动.xlsx",
        [
            ["2023年宣传活动台账"],
            HEAD,
            ["甲", "6月1日", "市局", "广场", "100", ""],
            ["乙（取消）", "6月2日", "市局", "广场", "200", ""],
            ["本月共计", "", "", "", "100", ""],
            ["填表人：张三", "", "审核人：李四", "", "", ""],
        ],
    )
    run(home, "2023-06-30", code=3)
    assert rows(home, "select name, participants from mart.activity") == [("甲", 100)]
    assert rows(home, "select count(*) from ops.rejected_row") == [(0,)]
    assert rows(home, TOLD) == [
        (
            "A4“乙（取消）”写明已取消、延期、作废或重复，这一行没有计入；已经举办的请改写后重新提交，否则请删除该行。",
        )
    ]


def test_portal_items_make_the_month_of_a_unit(home: Path) -> None:
    head = ["报送日期", "标题", "录用平台", "报送单位", "是否录用", "录用日期"]
    hand_in(
        home,
        "门户逐条.xlsx",
        [
            head,
            ["2023-05-02", "甲", "市府网", "黄浦区城管局", "是", "2023-05-04"],
            ["2023-05-09", "乙", "市府网", "黄浦区城管局", "否", ""],
            ["2023-05-30", "丙", "市府网", "黄浦区城管局", "", "2023-06-01"],
        ],
    )
    run(home, "2023-06-30")
    found = (
        "select cast(month as varchar), portal, unit, submitted, accepted from mart.portal_month"
    )
    assert rows(home, found) == [("2023-05-01", "市府网", "黄浦区", 3, 2)]


def test_links_that_name_no_article_and_media_that_are_several(home: Path) -> None:
    """Four reports: two by a newspaper's front page, one of two media, one with its own address."""
    head = ["报道标题", "媒体名称", "发表日期", "链接", "倾向", "供稿单位"]
    front, end = "https://www.a.cn/", ["正面", "黄浦区"]
    hand_in(
        home,
        "报道.xlsx",
        [
            head,
            ["报道甲", "解放日报", "2023-06-01", front, *end],
            ["报道乙", "解放日报", "2023-06-02", front, *end],
            ["报道丙", "解放日报、文汇报", "2023-06-03", "", *end],
            ["报道丁", "东方网", "2023-06-04", "https://b.cn/1", *end],
        ],
    )
    products = ["产品名称", "产品类型", "发布日期", "首发平台", "首发账号", "链接"]
    rest = ["公众号", "示例城管"]
    hand_in(
        home,
        "产品.xlsx",
        [
            products,
            ["海报甲", "海报", "2023-06-01", *rest, "https://c.cn/1"],
            ["海报乙", "海报", "2023-06-02", *rest, "https://c.cn/1"],
            ["海报丙", "海报", "2023-06-03", *rest, "https://c.cn/2"],
        ],
    )
    run(home, "2023-06-30", code=3)
    assert rows(home, "select count(*) from mart.mention") == [(4,)]
    asked = dict(rows(home, "select rule, reason from ops.file_question"))
    assert asked == {
        "several_media": (
            "“报道.xlsx”中有 1 行的媒体名称写了几家（如“解放日报、文汇报”），一行只计一篇次。"
            "几家都发了的，请一家一行，重新提交"
        ),
        "shared_link": (
            "“产品.xlsx”中有 1 个链接填在名称不同的几行里，如“海报乙”和“海报甲”，按链接只计一件。"
            "不是同一件的，请改正链接后重新提交"
        ),
    }
