"""Incidents: what is one, whether it was answered in time, what cannot be judged. Rows in, rows out."""

from __future__ import annotations

import pytest

from tests.support.models import WHERE, FullBench, at, ledger_bench, pick


@pytest.fixture
def bench() -> FullBench:
    return ledger_bench()


def test_incident_is_one_by_number_or_by_moment_and_title(bench: FullBench) -> None:
    bench.lines(
        "raw.ledger_incident",
        f"{WHERE} incident_no title found_at is_emergency judged_at answered_at closed_at state",
        (1, "s", 3, "7", "甲", "2023-06-01 08:00", "是", None, None, None, None),
        (
            2, "s", 3, "7", "甲（续）", "2023-06-01 08:00", None, "2023-06-01 09:00", None, None,
            None,
        ),
        (1, "s", 4, None, "乙", "2023-06-30 23:59", None, None, "2023-06-30", None, None),
        (1, "s", 5, None, "丙", "2023-07-01", None, None, None, None, None),
        (1, "s", 6, None, "丁", "2023-06-01", None, None, None, "2023-06-02 10:00", "误报"),
    )  # fmt: skip
    found = pick(
        bench.run("staging.incident_row", "staging.incident"),
        "title found_at found_has_clock answered_has_clock is_emergency state load_seq",
    )
    assert found == [
        # what the ledger says beats what the times say
        ("丁", at("2023-06-01"), False, False, False, "误报", 1),
        # the last minute of as_of; 丙 is the next day
        ("乙", at("2023-06-30 23:59"), True, False, False, "已回应", 1),
        ("甲（续）", at("2023-06-01 08:00"), True, False, False, "处置中", 2),
    ]


def test_a_serial_number_names_no_incident(bench: FullBench) -> None:
    """Every month and every unit begins with 1; a number of the office's own names one incident."""
    bench.lines(
        "raw.ledger_incident",
        f"{WHERE} incident_no title found_at",
        (1, "5月", 3, "1", "甲", "2023-05-02 08:00"),
        (1, "6月", 3, "１", "乙", "2023-06-02 08:00"),
        (2, "s", 3, "1", "丙", "2023-06-03"),
        (1, "5月", 4, "沪城2023-001", "丁", "2023-05-02 08:00"),
        (2, "s", 4, "沪城2023-001", "丁（改）", "2023-05-02 09:00"),
    )
    found = pick(bench.run("staging.incident_row", "staging.incident"), "title incident_no")
    assert sorted(found) == sorted(
        [("甲", "1"), ("乙", "１"), ("丙", "1"), ("丁（改）", "沪城2023-001")]
    )


def test_mart_incident_judges_by_the_hour(bench: FullBench) -> None:
    bench.lines("staging.incident",
        ("incident_id level is_emergency found_at found_has_clock answered_at answered_has_clock "
        "press_conference_at state unit_text"),
                # exactly 5 h and 24 h
                ("a", "重大", True, at("2023-06-01 08:00"), True, at("2023-06-01 13:00"), True,
                    at("2023-06-02 08:00"), "已回应", "黄浦城管"),
                # 12 h old: late by 5 h, the conference is not
                ("b", "重大", True, at("2023-06-30 12:00"), True, None, None, None, "待研判", None),
                # 48 h old at the end of 30 June: not over
                ("c", "一般", True, at("2023-06-29 00:00"), True, None, None, None, "待研判", None),
                # 49 h
                ("d", "一般", False, at("2023-06-28 23:00"), True, None, None, None, "待研判",
                    None),
                ("e", "特别重大", True, at("2023-06-01 00:00"), False, at("2023-06-02 08:00"), True,
                    None, "已回应", None),
                title="t")  # fmt: skip
    found = pick(
        bench.run("mart.incident"), "incident_id limit_hours used_hours verdict press_verdict unit"
    )
    assert found == [
        ("a", 5, 5.0, "按时", "按时", "黄浦区"),
        ("b", 5, None, "超时", "未到期", None),
        ("c", 48, None, "未到期", "不适用", None),
        ("d", 48, None, "超时", "不适用", None),
        ("e", 5, None, "不能判定", "不能判定", None),
    ]
    assert bench.warnings == []


def test_incidents_of_a_year_are_added_up(bench: FullBench) -> None:
    bench.lines(
        "mart.incident",
        "incident_id found_at verdict closed_at",
        ("a", at("2023-06-01 08:00"), "按时", at("2023-06-02 08:00")),
        ("b", at("2023-06-30 23:59"), "超时", None),
        ("c", at("2023-06-01 08:00"), "不适用", None),  # a false alarm is not open
        ("d", at("2023-07-01 00:00"), "未到期", None),  # after the day
        ("e", at("2022-12-31 23:59"), "待核实", None),
    )
    assert pick(bench.run("mart.incident_year"), "year incidents on_time late still_open") == [
        (2022, 1, 0, 0, 1),
        (2023, 3, 1, 1, 1),
    ]


def test_an_incident_whose_cells_cannot_be_read_is_to_be_checked(bench: FullBench) -> None:
    bench.lines("raw.ledger_incident",
        f"{WHERE} title found_at level is_emergency answered_at press_conference_at",
        (1, "s", 3, "甲", "2023-06-01 08:00", "一般", None, "6/1/2023 3:05 PM", None),
        (1, "s", 4, "乙", "2023-06-01 08:00", "重大", "是", "2023-06-01 10:00", "次日下午"),
        (1, "s", 5, "丙", "2023-06-01 08:00", "重大", "大概", "2023-06-01 18:00", None),
        (1, "s", 6, "丁", "2023-06-01 08:00", "一级", "是", "2023-06-01 18:00", None),
        (1, "s", 7, "戊", "2023-06-01 08:00", "一级", "否", "2023-06-01 18:00", None),
        (1, "s", 8, "己", "2023-06-01 08:00", "一般", None, "-", None))  # fmt: skip
    bench.run("staging.incident_row", "staging.incident")
    found = pick(bench.run("mart.incident"), "title limit_hours verdict press_verdict state")
    assert sorted(found) == sorted([
        ("甲", 48, "待核实", "不适用", "待核实"),
        ("乙", 5, "按时", "待核实", "已回应"),
        # five hours or forty-eight: ten were used
        ("丙", None, "待核实", "待核实", "已回应"),
        ("丁", None, "待核实", "待核实", "已回应"),
        ("戊", 48, "按时", "不适用", "已回应"),
        # a filler is no answer: the limit is over
        ("己", 48, "超时", "不适用", "待研判"),
    ])  # fmt: skip
    assert [result.failing_rows for result in bench.warnings] == [2]


def test_an_incident_said_to_be_answered_without_a_time_is_to_be_checked(bench: FullBench) -> None:
    bench.lines("raw.ledger_incident",
        f"{WHERE} title found_at level answered_at closed_at answer_form state",
        (1, "s", 3, "甲", "2023-06-01 08:00", "一般", None, None, "官方发布", "已回应"),
        (1, "s", 4, "乙", "2023-06-01 08:00", "一般", "-", "2023-06-02 08:00", None, "已办结"),
        (1, "s", 5, "丙", "2023-06-01 08:00", "一般", None, None, None, "处置中"),
        (1, "s", 6, "丁", "2023-06-01 08:00", "一般", None, None, "不予回应", "已办结"),
        (1, "s", 7, "戊", "2023-06-01 08:00", "一般", "2023-06-01 09:00", None, None, "已回应"),
        (1, "s", 8, "己", "2023-06-01 08:00", "一般", None, None, None, "误报"))  # fmt: skip
    bench.run("staging.incident_row", "staging.incident")
    found = pick(bench.run("mart.incident"), "title verdict used_hours")
    assert sorted(found, key=str) == sorted([
        # answered, nobody knows when: neither in time nor late
        ("甲", "待核实", None), ("乙", "待核实", None),
        ("丙", "超时", None), ("丁", "超时", None), ("戊", "按时", 1), ("己", "不适用", None),
    ], key=str)  # fmt: skip
    assert [result.failing_rows for result in bench.warnings] == [2]


def test_mart_incident_reports_times_out_of_order(bench: FullBench) -> None:
    bench.lines(
        "staging.incident", "incident_id found_at judged_at answered_at",
        ("ok", at("2023-06-01 08:00"), at("2023-06-01 08:00"), None),
        ("odd", at("2023-06-01 08:00"), at("2023-06-01 10:00"), at("2023-06-01 09:00")), title="t",
        found_has_clock=True, answered_has_clock=True,
    )  # fmt: skip
    assert pick(bench.run("mart.incident"), "incident_id is_in_order") == [
        ("odd", False),
        ("ok", True),
    ]
    assert [warning.failing_rows for warning in bench.warnings] == [1]
