"""Editions of a ledger: what a later file of the same ledger makes of the earlier one.

Every figure is worked out by hand.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipeline.base.errors import ConfigError
from pipeline.config.home import Home
from pipeline.run.files import decide, list_files, reopen
from tests.support.homes import make_home, rows
from tests.support.nights import build_again, drop_table, night

HEAD = [["2023年宣传活动台账", "", "", ""], ["活动名称", "活动日期", "主办单位", "参与人数"]]
NAME = "活动台账.xlsx"
FIRST = ["1月5日 活动一", "3月8日 活动二", "5月9日 活动三", "6月20日 夏季普法"]
GONE = (
    "select title, cast(held_on as varchar), file, later_file, cast(since as varchar), "
    "is_withdrawn from mart.vanished_row order by held_on, title"
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_home(tmp_path / "home")


def hand_in(
    home: Path, events: list[str], name: str = NAME, folder: str = "ledger", at: int = 1_700_000_000
) -> None:
    """Drop an activity ledger; an event is written `1月5日 活动一`."""
    lines = [[event.split()[1], event.split()[0], "宣传处", "50"] for event in events]
    drop_table(home, folder, name, [*HEAD, *lines], at)


def activities(home: Path) -> list[str]:
    return [
        name for (name,) in rows(home, "select name from mart.activity order by started_on, name")
    ]


def monthly(prefix: str, months: range) -> list[str]:
    return [f"{month}月{day}日 {prefix}{month}-{day}" for month in months for day in (3, 17)]


@pytest.mark.parametrize(
    ("later", "count", "gone"),
    [
        # the cases 08, 08b, 08c: a date corrected, a row deleted at the end, a date corrected in
        # the middle
        ([*FIRST[:3], "6月18日 夏季普法"], 4, [("夏季普法", "2023-06-20")]),
        (FIRST[:3], 3, [("夏季普法", "2023-06-20")]),  # one row is no other stretch of time
        ([FIRST[0], "3月10日 活动二", *FIRST[2:]], 4, [("活动二", "2023-03-08")]),
        (FIRST, 4, []),
        ([*FIRST, "7月1日 活动五"], 5, []),
        # half stays
        (["1月6日 活动一", "3月9日 活动二", *FIRST[2:]], 4,
            [("活动一", "2023-01-05"), ("活动二", "2023-03-08")]),
    ],
)  # fmt: skip
def test_a_later_edition_counts_and_what_it_lacks_is_withdrawn(
    home: Path, later: list[str], count: int, gone: list[tuple[str, str]]
) -> None:
    hand_in(home, FIRST)
    night(home, "2023-07-10")
    hand_in(home, later)
    night(home, "2023-07-17")
    assert len(activities(home)) == count
    listed = [(title, day, NAME, NAME, "2023-07-17", True) for title, day in gone]
    assert rows(home, GONE) == listed
    build_again(home, "2023-07-17")
    assert len(activities(home)) == count
    assert rows(home, GONE) == listed
    night(home, "2023-07-10")  # as it was known then: the first edition
    assert activities(home) == ["活动一", "活动二", "活动三", "夏季普法"]
    assert rows(home, GONE) == []


def test_a_third_edition_brings_a_row_back_and_takes_another(home: Path) -> None:
    hand_in(home, FIRST)
    night(home, "2023-07-10")
    hand_in(home, [*FIRST[:2], FIRST[3]])  # 活动三 is gone
    night(home, "2023-07-17")
    hand_in(home, [*FIRST[:1], *FIRST[2:]])  # 活动三 is back, 活动二 is gone
    night(home, "2023-07-24")
    assert activities(home) == ["活动一", "活动三", "夏季普法"]
    assert rows(home, GONE) == [("活动二", "2023-03-08", NAME, NAME, "2023-07-24", True)]


def test_rewritten_step_by_step_it_stays_one_ledger(home: Path) -> None:
    """v3 shares two of v1's five rows only, but three of v2's.

    V2 replaced v1 already, nobody is asked.
    """
    hand_in(home, ["1月1日 a", "2月1日 b", "3月1日 c", "4月1日 d", "5月1日 e"])
    night(home, "2023-07-10")
    hand_in(home, ["1月1日 a", "2月1日 b", "3月1日 c", "4月2日 d2", "5月2日 e2"])
    night(home, "2023-07-17")
    hand_in(home, ["1月1日 a", "2月1日 b", "3月3日 c3", "4月2日 d2", "5月3日 e3"])
    night(home, "2023-07-24")
    assert activities(home) == ["a", "b", "c3", "d2", "e3"]


def test_another_stretch_of_time_still_counts_and_is_asked_about(home: Path) -> None:
    """January to June has 12 rows; the later file has May to August.

    The 8 rows before are more than a fifth.
    """
    hand_in(home, monthly("甲", range(1, 7)))
    night(home, "2023-07-10")
    hand_in(home, monthly("甲", range(3, 9)))  # shares 8 of 12
    result = night(home, "2023-09-01", code=3)
    assert [
        (q["rule"], q["outcome"], q["original_name"], q["other_name"]) for q in result.questions
    ] == [("edition_other_stretch", "told", NAME, NAME)]
    assert "4 行" in result.questions[0]["reason"]  # January and February
    assert len(activities(home)) == 16
    assert [(title, withdrawn) for title, *_, withdrawn in rows(home, GONE)] == [
        ("甲1-3", False), ("甲1-17", False), ("甲2-3", False), ("甲2-17", False),
    ]  # fmt: skip
    newest = list_files(Home(home))[0].sha256
    decide(Home(home), "edition", newest, by="张三")
    night(home, "2023-09-02")
    assert len(activities(home)) == 12
    decide(Home(home), "pieces", newest, by="张三")  # changed their mind
    night(home, "2023-09-03")
    assert len(activities(home)) == 16
    hand_in(
        home, monthly("甲", range(3, 10))
    )  # the next edition of that name: the answer is remembered, nobody is asked
    night(home, "2023-10-01")
    assert len(activities(home)) == 18


def test_a_fifth_or_less_at_the_end_is_withdrawn(home: Path) -> None:
    hand_in(home, monthly("甲", range(1, 6)))  # 10 rows
    night(home, "2023-07-10")
    hand_in(home, monthly("甲", range(1, 5)))  # the last 2 are gone: a fifth, not more
    night(home, "2023-07-17")
    assert len(activities(home)) == 8


def test_no_shared_row_is_another_piece(home: Path) -> None:
    hand_in(home, monthly("甲", range(1, 3)))
    night(home, "2023-03-10")
    # the same name, another period: two pieces, nobody is asked
    hand_in(home, monthly("甲", range(3, 5)))
    night(home, "2023-05-10")
    assert len(activities(home)) == 8
    # another name over the same period: likewise
    hand_in(home, monthly("乙", range(1, 5)), name="乙台账.xlsx")
    night(home, "2023-05-11")
    assert len(activities(home)) == 16


def test_the_same_name_over_the_same_period_without_a_shared_row_asks(home: Path) -> None:
    hand_in(home, monthly("甲", range(1, 4)))
    night(home, "2023-05-10")
    hand_in(home, monthly("乙", range(2, 5)), name="2023年活动台账 - 副本 (2).xlsx")
    result = night(home, "2023-05-17", code=3)
    assert [(q["rule"], q["outcome"]) for q in result.questions] == [("edition_same_name", "told")]
    assert len(activities(home)) == 12
    decide(Home(home), "edition", list_files(Home(home))[0].sha256, by="张三")
    night(home, "2023-05-18")
    assert len(activities(home)) == 6


def test_in_between_the_later_file_is_held_until_answered(home: Path) -> None:
    """It shares 1 of 4 rows: a quarter.

    Nothing is dropped, the later file counts for nothing, both files are named.
    """
    later = [FIRST[0], "3月9日 别的", "5月10日 又别的"]
    hand_in(home, FIRST)
    night(home, "2023-07-10")
    hand_in(home, later)
    result = night(home, "2023-07-17", code=3)
    assert [
        (q["rule"], q["outcome"], q["original_name"], q["other_name"]) for q in result.questions
    ] == [("edition_in_doubt", "held", NAME, NAME)]
    assert activities(home) == ["活动一", "活动二", "活动三", "夏季普法"]
    assert [path.name for path in sorted((home / "held" / "ledger").iterdir())] == [
        NAME,
        f"{NAME}.reason.txt",
    ]
    assert list((home / "inbox" / "ledger").iterdir()) == []
    held = rows(home, "select sha256, rows_loaded, load_seq from ops.file where status = 'held'")
    assert [facts for _, *facts in held] == [[0, None]]
    assert rows(home, "select count(*) from raw.ledger_activity") == [(4,)]
    night(home, "2023-07-18")  # nothing new: nobody is asked again
    build_again(home, "2023-07-18")
    assert len(rows(home, "select 1 from ops.file where status = 'held'")) == 1
    decide(Home(home), "pieces", held[0][0][:10], by="张三")
    night(home, "2023-07-19")
    assert activities(home) == ["活动一", "活动二", "别的", "活动三", "又别的", "夏季普法"]
    assert list((home / "held").rglob("*.*")) == []
    assert rows(home, "select status from ops.file order by load_seq") == [("loaded",), ("loaded",)]
    night(home, "2023-07-18")  # as known the day before
    assert len(activities(home)) == 4
    # a quarter again: the answer is remembered
    hand_in(home, [FIRST[0], "3月20日 第三份", "5月20日 也是第三份"])
    night(home, "2023-07-26")
    assert len(activities(home)) == 8


def test_answered_as_an_edition_it_replaces_the_earlier_one(home: Path) -> None:
    hand_in(home, FIRST)
    night(home, "2023-07-10")
    hand_in(home, [FIRST[0], "3月9日 别的", "5月10日 又别的"])
    night(home, "2023-07-17", code=3)
    (held,) = [one for one in list_files(Home(home)) if one.status == "held"]
    decide(Home(home), "edition", held.sha256, by="张三")
    night(home, "2023-07-18")
    assert activities(home) == ["活动一", "别的", "又别的"]


def test_answers_and_releases_are_taken_back_before_the_night(home: Path) -> None:
    """The held file waits on; once a night let it in for the answer, only the other answer changes that."""
    hand_in(home, FIRST)
    night(home, "2023-07-10")
    hand_in(home, [FIRST[0], "3月9日 别的", "5月10日 又别的"])
    night(home, "2023-07-17", code=3)
    (held,) = [one for one in list_files(Home(home)) if one.status == "held"]
    with pytest.raises(ConfigError, match="nobody has answered"):
        reopen(Home(home), held.sha256, by="张三")
    decide(Home(home), "edition", held.sha256, by="张三")
    reopen(Home(home), held.sha256, by="张三")
    decide(Home(home), "release", held.sha256, by="张三")
    decide(Home(home), "restore", held.sha256, by="张三")
    night(home, "2023-07-18")
    assert len(activities(home)) == 4
    assert [path.name for path in (home / "held" / "ledger").glob("*.xlsx")] == [NAME]
    decide(Home(home), "edition", held.sha256, by="张三")
    night(home, "2023-07-19")
    assert activities(home) == ["活动一", "别的", "又别的"]
    with pytest.raises(ConfigError, match="answer has let it in"):
        reopen(Home(home), held.sha256, by="张三")


def test_an_answer_taken_back_leaves_the_rows_counted(home: Path) -> None:
    """January and February, which the later file lacks, are withdrawn for a day only."""
    hand_in(home, monthly("甲", range(1, 7)))
    night(home, "2023-07-10")
    hand_in(home, monthly("甲", range(3, 9)))
    night(home, "2023-09-01", code=3)
    newest = list_files(Home(home))[0].sha256
    decide(Home(home), "edition", newest, by="张三")
    night(home, "2023-09-02")
    assert len(activities(home)) == 12
    reopen(Home(home), newest, by="张三")
    night(home, "2023-09-03")
    assert len(activities(home)) == 16


def test_withdrawn_the_edition_leaves_the_earlier_one(home: Path) -> None:
    hand_in(home, FIRST)
    night(home, "2023-07-10")
    hand_in(home, FIRST[:3])
    night(home, "2023-07-17")
    assert len(activities(home)) == 3
    decide(Home(home), "withdraw", list_files(Home(home))[0].sha256, by="张三", note="交错了")
    night(home, "2023-07-18")
    assert activities(home) == ["活动一", "活动二", "活动三", "夏季普法"]


def test_files_of_two_folders_never_touch_each_other(home: Path) -> None:
    hand_in(home, FIRST)
    hand_in(home, FIRST[:3], folder="side-wechat", at=1_700_000_100)
    night(home, "2023-07-10")
    assert activities(home) == ["活动一", "活动二", "活动三", "夏季普法"]


def test_two_ledgers_with_one_joint_activity_never_touch_each_other(home: Path) -> None:
    """Districts hand in under other names into one folder.

    One of five rows is shared, less than 80 %.
    """
    hand_in(home, ["1月1日 联合执法", *[f"{n}月2日 甲{n}" for n in range(1, 5)]], name="甲区.xlsx")
    hand_in(
        home,
        ["1月1日 联合执法", *[f"{n}月3日 乙{n}" for n in range(1, 5)]],
        name="乙区.xlsx",
        at=1_700_000_100,
    )
    night(home, "2023-07-10")
    assert len(activities(home)) == 9


def test_another_name_that_holds_four_fifths_is_an_edition(home: Path) -> None:
    hand_in(home, ["1月1日 a", "2月1日 b", "3月1日 c", "4月1日 d", "5月1日 e"], name="上半年.xlsx")
    night(home, "2023-07-10")
    hand_in(home, ["1月1日 a", "2月1日 b", "3月1日 c", "4月1日 d", "7月1日 g"], name="修改稿.xlsx")
    night(home, "2023-07-17")
    assert activities(home) == ["a", "b", "c", "d", "g"]
    # the oracle: the published warehouse equals its own rows counted by plain SQL
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        assert con.execute("select count(*) from raw.ledger_activity").fetchall() == [(10,)]
