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
    bench.lines("raw.ledger_site", "load_seq unit_name", (1, "管理的"))
    bench.lines("raw.ledger_submission", "load_seq unit_name", (2, "报送的"))
    bench.lines("raw.ledger_portal_month", "load_seq unit_name", (2, "录用的"))
    # two activities and an incident; the host does not stand in for the unit; who supplied a report
    # comes first
    assert pick(bench.run("staging.unit_cell"), "load_seq name cell_rows") == [
        (1, "管理的", 1), (1, "黄浦城管", 3), (2, "供稿的", 1), (2, "填报的", 1),
        (2, "录用的", 1), (2, "报送的", 1), (2, "黄浦城管", 1),
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


def test_an_answer_about_a_name_counts_for_every_ledger() -> None:
    bench = FullBench()
    bench.files(1)
    bench.lines("raw.unit", "unit", ("黄浦区",))
    bench.lines("raw.unit_alias", "alias unit", ("黄浦区", "黄浦区"))
    bench.put("staging.decision", {"kind": "unit", "subject": "宝杉所", "value": "黄浦区",
        "is_current": True})  # fmt: skip
    bench.lines("raw.ledger_site", "load_seq name unit_name", (1, "公园", "宝杉所"))
    bench.lines(
        "raw.ledger_submission",
        "load_seq submitted_on title unit_name",
        (1, "2023-06-01", "拆违", "宝杉所"),
        (1, "2023-06-01", "别的", "上海市黄浦区城管执法局"),
    )
    bench.context(d("2023-06-30"))
    bench.lines("raw.ledger_portal_month", "load_seq month portal unit_name submitted accepted",
        (1, "2023-06", "门户", "宝杉所", "3", "2"), (1, "2023-06", "门户", "无名所", "3", "2"))  # fmt: skip
    bench.run("staging.portal_month_row", "staging.unit_name")
    assert pick(bench.run("mart.portal_month"), "unit_name unit") == [
        ("宝杉所", "黄浦区"), ("无名所", None)]  # fmt: skip
    assert pick(bench.run("staging.site"), "manager unit") == [("黄浦区", "黄浦区")]
    assert pick(bench.run("staging.submission_row", "staging.submission"), "title sender unit") == [
        ("别的", "黄浦区", "黄浦区"), ("拆违", "黄浦区", "黄浦区")]  # fmt: skip
