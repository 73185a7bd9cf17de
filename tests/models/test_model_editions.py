"""A ledger handed in again: whether the later file replaces or joins, and which rows went.

Rows in, rows out.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.models import WHERE, FullBench, d, pick

GONE = "load_seq row_number row_key gone_in is_withdrawn"


def hand_in(
    bench: FullBench, source: str, load_seq: int, name: str, keys: str, *, first: str = "2023-06-01"
) -> None:
    """Put a ledger whose keys are the letters of `keys`, one a day from `first`."""
    lines = [(n, key, d(first) + timedelta(days=n)) for n, key in enumerate(keys)]
    bench.lines(
        "staging.ledger_row", "row_number row_key held_on", *lines, ledger="ledger_activity",
        source=source,
        load_seq=load_seq, sha256=f"sha{load_seq}", sheet="", name_key=name, title="t",
    )  # fmt: skip


def test_ledger_row_has_the_key_of_its_ledger() -> None:
    bench = FullBench()
    bench.files(
        1,
        layout="ledger_activity,ledger_portal_month",
        original_name="2023年6月活动台账(1).xlsx",
        source="黄浦区",
    )
    bench.files(2, layout="ledger_product", original_name="产品 - 副本.xlsx", source="ledger")
    bench.files(3, layout="ledger_incident", original_name="舆情.csv", source="ledger")
    bench.lines(
        "raw.ledger_activity", f"{WHERE} name started_on host default_year",
        (1, None, 3, "【6月】进社区！", "6月1日-3日", "甲科", 2023),
        (2, "s", 4, "不是活动台账", "2023-06-01", "甲科", None),
        (9, "s", 5, "看不见", "2023-06-01", "甲科", None),
    )  # fmt: skip
    bench.lines(
        "raw.ledger_portal_month", f"{WHERE} month portal unit_name default_year",
        (1, "门户", 3, "6月", "门户", "市局", 2023),
    )  # fmt: skip
    bench.lines(
        "raw.ledger_product", f"{WHERE} name published_at account_name url",
        (2, "s", 3, "长图", "2023-06-01", "号", "https://www.v.cn/1?utm_source=x"),
        (2, "s", 4, "长图", "2023-06-01", "号", None),
    )  # fmt: skip
    bench.lines(
        "raw.ledger_incident", f"{WHERE} incident_no title found_at",
        (3, "s", 3, "7", "甲", "2023-06-02 08:00"),
        (3, "s", 4, None, "来电13812345678", "2023-06-02 08:00"),
    )  # fmt: skip
    june = d("2023-06-01")
    rows = (
        "staging.activity_row", "staging.product_row", "staging.incident_row",
        "staging.portal_month_row",
    )  # fmt: skip
    assert pick(bench.run(*rows, "staging.ledger_row"),
        "load_seq sheet row_number source name_key row_key title held_on") == [
        (1, "", 3, "黄浦区", "活动台账", "2023-06-01|进社区|甲科", "【6月】进社区！", june),
        (1, "门户", 3, "黄浦区", "活动台账", "2023-06-01|门户|市局", "门户 市局", june),
        (2, "s", 3, "ledger", "产品", "v.cn/1", "长图", june),
        (2, "s", 4, "ledger", "产品", "2023-06-01|长图|号", "长图", june),
        (3, "s", 3, "ledger", "舆情", "7|2023-06-02 08:00:00", "甲", d("2023-06-02")),
        # a mobile number is masked in the title and left out of the key, which people see in
        # mart.vanished_row
        (3, "s", 4, "ledger", "舆情", "2023-06-02 08:00:00|来电1385678", "来电138****5678",
            d("2023-06-02")),
    ]  # fmt: skip


@pytest.mark.parametrize(("later", "name", "first", "expected"), [
    ("abcdex", "活动", "2023-06-01", ("edition", 0.5, False)),  # half of the ten keys
    ("abcdxy", "活动", "2023-06-01", ("in_doubt", 0.4, False)),
    # nothing shared, one day in both: asks
    ("uvwxyz", "活动", "2023-06-10", ("pieces", 0.0, True)),
    ("uvwxyz", "活动", "2023-06-11", ("pieces", 0.0, False)),  # the days after
    ("abcdefgh", "别名", "2023-06-01", ("edition", 0.8, False)),
    ("abcdefg", "别名", "2023-06-01", None),  # another name and less than 80 %: never compared
])  # fmt: skip
def test_edition_of_two_files(
    later: str, name: str, first: str, expected: tuple[str, float, bool] | None
) -> None:
    bench = FullBench()
    hand_in(bench, "ledger", 1, "活动", "abcdefghij")
    hand_in(bench, "ledger", 2, name, later, first=first)
    hand_in(bench, "黄浦区", 3, "活动", "abcdefghij")  # another folder is never compared
    found = pick(
        bench.run("staging.edition"), "load_seq earlier_load_seq earlier_rows verdict share asks"
    )
    assert found == ([(2, 1, 10, *expected)] if expected else [])


def test_edition_keeps_the_answer_for_the_name() -> None:
    bench = FullBench()
    hand_in(bench, "ledger", 1, "活动", "abcde")
    hand_in(bench, "ledger", 2, "活动", "abvwx")  # 2 of 5: in doubt, answered
    # nothing shared: the answer is remembered, nobody is asked
    hand_in(bench, "ledger", 3, "活动", "lmnop")
    bench.lines(
        "staging.decision",
        "position topic kind subject is_current",
        (1, "edition", "pieces", "sha2", True),
    )
    assert pick(bench.run("staging.edition"), "load_seq earlier_load_seq verdict answer asks") == [
        (2, 1, "pieces", "pieces", False), (3, 1, "pieces", "pieces", False),
        (3, 2, "pieces", "pieces", False),
    ]  # fmt: skip


def test_an_answer_taken_back_is_none() -> None:
    bench = FullBench()
    hand_in(bench, "ledger", 1, "活动", "abcde")
    hand_in(bench, "ledger", 2, "活动", "abvwx")
    bench.lines(
        "staging.decision",
        "position topic kind subject value is_current",
        (1, "edition", "pieces", "sha2", None, False),
        (2, "edition", "pieces", "sha2", "open", True),
    )
    assert pick(bench.run("staging.edition"), "load_seq earlier_load_seq verdict answer") == [
        (2, 1, "in_doubt", None)
    ]


def test_edition_of_an_edition_replaces_the_first_too() -> None:
    bench = FullBench()
    # each has half of the one before, 3 nothing of 1
    for load_seq, keys in ((1, "abcd"), (2, "cdef"), (3, "efgh")):
        hand_in(bench, "ledger", load_seq, "活动", keys)
    assert pick(bench.run("staging.edition"), "load_seq earlier_load_seq verdict asks") == [
        (2, 1, "edition", False), (3, 1, "edition", False), (3, 2, "edition", False),
    ]  # fmt: skip


@pytest.mark.parametrize(("answer", "is_withdrawn", "asks"),
    [(None, False, True), ("edition", True, False), ("pieces", False, False)])  # fmt: skip
def test_gone_row_of_another_stretch_still_counts(
    answer: str | None, is_withdrawn: bool, asks: bool
) -> None:
    bench = FullBench()
    hand_in(bench, "ledger", 1, "活动", "abcdefghij")  # 1 to 10 June
    hand_in(bench, "ledger", 2, "活动", "defghi", first="2023-06-04")
    bench.lines(
        "staging.edition", "first_on last_on answer", (d("2023-06-04"), d("2023-06-10"), answer),
        ledger="ledger_activity",
        source="ledger", load_seq=2, earlier_load_seq=1, earlier_rows=10, verdict="edition",
    )  # fmt: skip
    # a, b, c lie before the later file and are 3 of 10, more than a fifth; j lies inside its days
    # and is withdrawn
    assert pick(bench.run("staging.gone_row"), "row_key gone_in is_withdrawn asks") == [
        *((key, 2, is_withdrawn, asks) for key in "abc"), ("j", 2, True, False),
    ]  # fmt: skip


def test_gone_row_of_a_fifth_or_of_pieces() -> None:
    bench = FullBench()
    hand_in(bench, "ledger", 1, "活动", "abcdefghij")
    hand_in(bench, "ledger", 2, "活动", "cdefghij", first="2023-06-03")
    pair = "load_seq earlier_load_seq verdict"
    bench.lines(
        "staging.edition", pair, (2, 1, "edition"), (3, 1, "pieces"), (4, 1, "in_doubt"),
        ledger="ledger_activity", source="ledger",
        first_on=d("2023-06-03"), last_on=d("2023-06-10"), earlier_rows=10,
    )  # fmt: skip
    # 2 of 10 is no more than a fifth; pieces and doubts drop nothing
    assert pick(
        bench.run("staging.gone_row"), "row_key gone_in is_withdrawn asks",
    ) == [("a", 2, True, False), ("b", 2, True, False)]  # fmt: skip


def test_vanished_row_is_gone_and_did_not_come_back() -> None:
    bench = FullBench()
    for load_seq, night in ((1, "2023-06-01"), (2, "2023-06-02"), (3, "2023-06-03")):
        bench.files(load_seq, original_name=f"{load_seq}.xlsx", source="ledger", known_on=d(night))
    for load_seq, keys in ((1, "abcd"), (2, "c"), (3, "b")):
        hand_in(bench, "ledger", load_seq, "活动", keys)
    bench.lines(
        "staging.gone_row", GONE, (1, 0, "a", 2, True), (1, 1, "b", 2, True), (1, 2, "c", 3, True),
        (2, 0, "c", 3, True),
        (1, 3, "d", 2, False), ledger="ledger_activity", source="ledger", sheet="", title="t",
    )  # fmt: skip
    assert pick(bench.run("mart.vanished_row"),
        "key ledger file later_file last_seen_on since state_zh") == [
        ("a", "宣传活动", "1.xlsx", "2.xlsx", d("2023-06-01"), d("2023-06-02"), "已撤下"),
        # b came back in file 3
        ("c", "宣传活动", "2.xlsx", "3.xlsx", d("2023-06-02"), d("2023-06-03"), "已撤下"),
        ("d", "宣传活动", "1.xlsx", "2.xlsx", d("2023-06-01"), d("2023-06-02"), "仍计入"),
    ]  # fmt: skip
