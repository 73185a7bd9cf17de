"""The plan's projects and the units. Rows in, rows out, worked out by hand."""

from __future__ import annotations

import pytest

from tests.support.models import FullBench, d, pick


def projects(bench: FullBench) -> None:
    bench.lines(
        "raw.plan_project",
        "position project_id name_zh",
        (1, "p1", "测评"),
        (2, "p2", "开放日"),
        (3, "p7", "测评"),
    )
    bench.lines(
        "raw.plan_project_month", "project_id month", ("p1", 1), ("p7", 7), ("p2", 2), ("p2", 7)
    )
    bench.lines(
        "raw.plan_project_keyword",
        "project_id keyword",
        ("p1", "满意"),
        ("p2", "开放"),
        ("p7", "满意"),
    )


def test_project_name_tells_namesakes_apart_by_month() -> None:
    bench = FullBench()
    projects(bench)
    rows = bench.run("staging.project_name")
    assert [
        row["project_id"] for row in rows if row["name_zh"] == "测评" and row["month"] in (1, 7)
    ].count("p7") == 1
    found = {(row["name_zh"], row["month"]): row["project_id"] for row in rows}
    assert (found["测评", 1], found["测评", 7], found["测评", 3], found["开放日", 12]) == (
        "p1",
        "p7",
        "p1",
        "p2",
    )
    assert len(found) == 24


def test_project_match_believes_the_ledger_then_keyword_and_month() -> None:
    bench = FullBench()
    projects(bench)
    bench.lines("staging.project_name", "name_zh month project_id", ("开放日", 3, "p2"))
    bench.lines(
        "staging.article",
        "account_id article_id published_on title",
        ("a", "1", d("2023-02-01"), "满意的开放"),
        ("a", "2", d("2023-03-01"), "满意"),
        ("a", "3", d("2022-07-15"), "开放"),
    )
    bench.lines(
        "staging.activity",
        "activity_id joint_id started_on name theme project_text",
        ("x", "x", d("2023-03-02"), "随便", "满意", "开放日"),
        # the other district's row of the same event
        ("again", "x", d("2023-03-02"), "随便", "满意", "开放日"),
        ("y", "y", d("2023-01-31"), "随便", "满意", None),
        ("z", "z", d("2023-07-01"), "开放", None, None),
    )
    bench.lines("mart.mention", "mention_id published_on title", ("m", d("2023-02-28"), "开放"))
    found = pick(
        bench.run("staging.article_project", "staging.project_match"),
        "kind event_id project_id basis",
    )
    assert found == [
        # by the theme; z is after as_of
        ("activity", "x", "p2", "ledger"), ("activity", "y", "p1", "keyword"),
        ("article", "a/1", "p2", "keyword"),  # 满意 is not due in February
        ("mention", "m", "p2", "keyword"),
    ]  # fmt: skip


def test_article_project_is_by_keyword_month_and_first_place() -> None:
    bench = FullBench(as_of=d("2023-12-31"))
    projects(bench)
    bench.lines(
        "staging.article", "article_id published_on title", ("1", d("2023-02-01"), "满意的开放"),
        ("2", d("2023-07-01"), "满意开放"),
        ("3", d("2022-07-15"), "开放"), ("4", d("2023-01-31"), "满意"),
        ("5", d("2023-02-28"), None), account_id="a",
    )  # fmt: skip
    # 满意 is not due in February; in July p2 stands first of p2 and p7; 2022 is not the plan's year
    assert pick(bench.run("staging.article_project"),
        "account_id article_id published_on project_id") == [
        ("a", "1", d("2023-02-01"), "p2"), ("a", "2", d("2023-07-01"), "p2"),
        ("a", "4", d("2023-01-31"), "p1"),
    ]  # fmt: skip


def test_project_match_takes_the_project_that_stands_first() -> None:
    bench = FullBench(as_of=d("2023-12-31"))
    projects(bench)
    bench.lines(
        "staging.training", "training_id started_on name", ("t", d("2023-07-01"), "满意开放")
    )
    assert pick(bench.run("staging.project_match"), "event_id project_id") == [("t", "p2")]


def test_project_progress_due_overdue_and_done() -> None:
    bench = FullBench(as_of=d("2024-02-15"), year=2024)
    bench.lines(
        "raw.plan_project",
        "position project_id name_zh",
        (1, "done", "a"),
        (2, "late", "b"),
        (3, "soon", "c"),
        (4, "far", "d"),
    )
    bench.lines(
        "raw.plan_project_month",
        "project_id month",
        ("done", 1),
        ("late", 1),
        ("soon", 1),
        ("soon", 2),
        ("far", 12),
    )
    bench.lines(
        "raw.plan_project_department", "project_id department", ("late", "乙处"), ("late", "丙处")
    )
    bench.lines(
        "staging.project_match",
        "kind event_id date project_id",
        ("article", "1", d("2024-01-03"), "done"),
        ("live", "2", d("2024-01-09"), "done"),
        ("mention", "3", d("2024-01-05"), "done"),
    )
    found = pick(
        bench.run("mart.project_progress"),
        (
            "project_id starts_on due_on months articles mentions activities others is_done "
            "is_overdue days_overdue is_due_soon"
        ),
    )
    assert found == [
        ("done", d("2024-01-01"), d("2024-01-31"), 1, 1, 1, 0, 1, True, False, None, False),
        ("far", d("2024-12-01"), d("2024-12-31"), 1, 0, 0, 0, 0, False, False, None, False),
        ("late", d("2024-01-01"), d("2024-01-31"), 1, 0, 0, 0, 0, False, True, 15, False),
        (
            "soon",
            d("2024-01-01"),
            d("2024-02-29"),
            2,
            0,
            0,
            0,
            0,
            False,
            False,
            None,
            True,
        ),  # 29 February is 14 days on
    ]
    rows = {row["project_id"]: row for row in bench.run("mart.project_progress")}
    assert (rows["done"]["first_evidence_on"], rows["done"]["last_evidence_on"]) == (
        d("2024-01-03"),
        d("2024-01-09"),
    )
    assert sorted(rows["late"]["departments"].split("、")) == ["丙处", "乙处"]


def test_unit_league_ranks_ties_alike_and_leaves_out_what_never_came() -> None:
    bench = FullBench()
    bench.lines("raw.unit", "unit kind", ("甲", "district"), ("乙", "district"), ("丙", "area"))
    bench.lines("raw.account", "account_id unit", ("a1", "甲"), ("a2", "甲"), ("b1", "乙"))
    bench.lines("staging.target_source", "metric files", ("activities", 1), ("publications", 1))
    toned = [(f"m{n}", "甲", "正面" if n < 4 else "中性", n < 4) for n in range(10)] + [
        ("x", "乙", "正面", True),
        ("y", "乙", None, False),
    ]
    bench.lines(
        "mart.mention",
        "mention_id unit tone is_positive_report",
        *toned,
        published_on=d("2023-01-01"),
    )
    bench.lines(
        "mart.mention",
        "mention_id unit tone is_positive_report published_on",
        ("old", "丙", "正面", True, d("2022-12-31")),
    )
    bench.lines(
        "staging.activity_unit",
        "activity_id unit participants started_on",
        ("1", "甲", 10, d("2023-06-30")),
        ("2", "乙", None, d("2023-06-30")),
        ("3", "乙", 5, d("2023-07-01")),
    )
    bench.lines(
        "mart.new_media_product", "product_id unit published_on", ("1", "甲", d("2023-06-30"))
    )
    bench.lines(
        "mart.account_daily",
        "account_id date reads",
        ("a1", d("2023-01-01"), 5),
        ("a2", d("2023-01-01"), 6),
        ("a1", d("2022-12-31"), 99),
        ("b1", d("2023-01-01"), None),
    )
    names = (
        "unit positive_reports positive_reports_rank positive_rate activities activities_rank "
        "participants new_media_products livestreams accounts reads"
    )
    assert pick(bench.run("mart.unit_league"), names) == [
        ("丙", 0, 3, None, 0, 3, None, None, None, None, None),
        (
            "乙",
            1,
            2,
            None,
            1,
            1,
            None,
            None,
            None,
            1,
            None,
        ),  # one toned report is too few for a share; unknown participants are not 0
        (
            "甲",
            4,
            1,
            pytest.approx(0.4),
            1,
            1,
            10,
            None,
            None,
            2,
            11,
        ),  # the products ledger never came, whatever lies there
    ]


def test_project_match_takes_what_a_target_of_the_project_counts() -> None:
    bench = FullBench(as_of=d("2023-12-31"))
    projects(bench)
    bench.lines("raw.plan_target", "target_id project_id", ("trainings", "p2"))
    bench.lines(
        "staging.training",
        "training_id started_on name",
        ("t", d("2023-02-01"), "写作"),
        ("u", d("2023-03-01"), "写作"),
    )
    bench.lines(
        "staging.interview",
        "interview_id held_on topic project_text",
        ("i", d("2023-07-02"), "谈", "开放日"),
    )
    counted = (("trainings", "t", d("2023-02-01")), ("trainings", "u", d("2023-03-01")))
    bench.lines("staging.target_event", "target_id event_id date", *counted)
    # March is no month of p2
    assert pick(
        bench.run("staging.project_name", "staging.project_match"),
        "kind event_id project_id basis",
    ) == [("interview", "i", "p2", "ledger"), ("training", "t", "p2", "plan"),]  # fmt: skip


def test_a_joint_activity_counts_once_and_for_each_unit() -> None:
    bench = FullBench()
    bench.files(1)
    same = {"started_on": "2023-06-01", "name": "公众开放日", "load_seq": 1, "sheet": "s"}
    hosts = (("黄浦局、静安局", "黄浦"), ("静安局", "静安"), ("徐汇局", "徐汇"))
    for row, (host, unit) in enumerate(hosts, 2):
        bench.put("raw.ledger_activity", {**same, "host": host, "unit": unit, "row_number": row})
    bench.lines(
        "raw.unit_alias", "alias unit", *((name, f"{name}区") for name in ("黄浦", "静安", "徐汇"))
    )
    rows = bench.run(
        "staging.project_name",
        "staging.activity_row",
        "staging.activity",
        "staging.activity_unit",
        "mart.activity",
    )
    assert len(rows) == 2  # 徐汇 held one of its own under the same name
    assert [row["unit"] for row in bench.run("staging.activity_unit")].count("静安区") == 1
    joint = {row["unit"]: row["activity_id"] for row in bench.run("staging.activity_unit")}
    assert (joint["黄浦区"] == joint["静安区"], joint["黄浦区"] == joint["徐汇区"]) == (True, False)


def test_a_unit_has_reported_once_it_sent_or_said_anything() -> None:
    bench = FullBench()
    bench.lines("raw.unit", "unit kind", *((name, "district") for name in "甲乙丙丁戊"))
    bench.lines("raw.account", "account_id unit", ("a", "丙"), ("b", "丁"))
    bench.lines(
        "mart.mention",
        "mention_id unit is_positive_report published_on",
        ("m", "甲", False, d("2023-01-01")),
    )
    bench.lines("mart.account_daily", "account_id date", ("b", d("2023-01-01")))
    bench.lines(
        "staging.decision", "position kind subject value is_current",
        (1, "none", "乙|ledger_activity|2023-02", "none", True),
        (2, "none", "戊|ledger_activity|2022-02", "none", True),
    )  # fmt: skip
    # 丙 has an account that never delivered; 戊 spoke of last year
    assert pick(bench.run("mart.unit_league"), "unit has_reported") == [
        ("丁", True), ("丙", False), ("乙", True), ("戊", False), ("甲", True),
    ]  # fmt: skip
