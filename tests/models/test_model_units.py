"""What ledgers write in their unit column, and the names nobody knows. Rows in, rows out."""

from __future__ import annotations

from tests.support.models import FullBench, d, pick


def test_unit_cell_counts_what_the_unit_columns_say() -> None:
    bench = FullBench()
    bench.files(1, 2)
    bench.lines(
        "raw.ledger_activity", "load_seq unit host", (1, "黄浦城管", "甲科"),
        (1, " 黄浦城管 ", "甲科"), (1, None, "甲科"), (1, "-", "甲科"), (9, "看不见", None),
    )  # fmt: skip
    bench.lines("raw.ledger_incident", "load_seq unit_concerned", (1, "黄浦城管"), (2, "黄浦城管"))
    bench.lines(
        "raw.ledger_report",
        "load_seq supplied_by unit",
        (2, "供稿的", "填报的"),
        (2, None, "填报的"),
    )
    # two activities and an incident; the host does not stand in for the unit; who supplied a report
    # comes first
    assert pick(bench.run("staging.unit_cell"), "load_seq name cell_rows") == [
        (1, "黄浦城管", 3), (2, "供稿的", 1), (2, "填报的", 1), (2, "黄浦城管", 1),
    ]  # fmt: skip


def test_unknown_unit_adds_up_the_files_that_write_it() -> None:
    bench = FullBench()
    bench.files(1, original_name="旧.xlsx", source="ledger", known_on=d("2023-06-01"))
    bench.files(2, original_name="新.xlsx", source="黄浦区", known_on=d("2023-06-02"))
    bench.lines("staging.unit_name", "name unit", ("乐山局", None), ("黄浦城管", "黄浦区"))
    bench.lines(
        "staging.unit_cell",
        "load_seq name cell_rows",
        (1, "乐山局", 3),
        (2, "乐山局", 2),
        (2, "黄浦城管", 9),
    )
    assert pick(
        bench.run("mart.unknown_unit"), "name ledger_rows files file source since",
    ) == [("乐山局", 5, 2, "新.xlsx", "黄浦区", d("2023-06-01")),]  # fmt: skip
