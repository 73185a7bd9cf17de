"""What is owed: which days of which export, until when; worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.models import FullBench, d, days, pick

EXPECTED = (
    "owner_kind owner owner_zh unit export export_zh measure is_daily every within_days "
    "window_days since how_zh"
)
MODELS = (
    "staging.account_delivered_day", "staging.unit_delivered_day", "staging.expected_period",
    "mart.owed",
)  # fmt: skip
SHOWN = "owner export period first_on last_on days_missing due_on lost_on state"


def expect(bench: FullBench, owner: str, measure: str, **changed: Any) -> None:
    """Expect a daily export each month within 5 days, kept for 60, unless `changed`."""
    row = (
        "account",
        owner,
        owner,
        "甲",
        f"x_{measure}",
        "导出",
        measure,
        True,
        "month",
        5,
        60,
        None,
        "点导出",
    )
    bench.put("raw.expected_export", dict(zip(EXPECTED.split(), row, strict=True)) | changed)


def read_on(bench: FullBench, account: str, *dates: Any) -> None:
    bench.lines(
        "mart.account_daily", "account_id date reads", *((account, day, 1) for day in dates)
    )


@pytest.mark.parametrize("year", [2023, 2024])
def test_a_removed_month_and_a_gap_are_owed_day_by_day(year: int) -> None:
    bench = FullBench(as_of=d(f"{year}-06-30"), year=year)
    expect(bench, "a", "reads")
    known = {*days(d(f"{year - 1}-12-20"), d(f"{year}-06-30"))}
    known -= {*days(d(f"{year}-05-01"), d(f"{year}-05-31")), d(f"{year}-01-03"), d(f"{year}-01-09")}
    read_on(bench, "a", *known)
    assert pick(bench.run(*MODELS), SHOWN) == [
        # two days of January: 3 January + 60 days is 4 March, in 2024 3 March; on 30 June
        # nobody can fetch them
        (
            "a", "x_reads", f"{year}-01", d(f"{year}-01-03"), d(f"{year}-01-09"), 2,
            d(f"{year}-02-05"), d(f"{year}-03-{4 if year == 2023 else 3:02d}"), "lost",
        ),
        # 1 May + 60 days; the end of May can be fetched until 30 July, and 5 June has passed
        (
            "a", "x_reads", f"{year}-05", d(f"{year}-05-01"), d(f"{year}-05-31"), 31,
            d(f"{year}-06-05"), d(f"{year}-06-30"), "late",
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(("as_of", "state"), [
    ("2023-06-29", None),  # June goes on
    ("2023-06-30", "due_soon"), ("2023-07-05", "due_soon"), ("2023-07-06", "late"),
    ("2023-08-29", "late"), ("2023-08-30", "lost"),
])  # fmt: skip
def test_the_life_of_an_owed_month(as_of: str, state: str | None) -> None:
    bench = FullBench(as_of=d(as_of))
    expect(bench, "a", "reads")
    read_on(bench, "a", d("2023-05-31"))
    june = [row["state"] for row in bench.run(*MODELS) if row["period"] == "2023-06"]
    assert june == ([state] if state else [])  # due on 5 July; 30 June + 60 days = 29 August


def test_owners_that_never_delivered_and_what_is_older_than_a_year() -> None:
    bench = FullBench(as_of=d("2023-02-28"))
    expect(bench, "never", "reads", window_days=None)
    expect(bench, "old", "reads", window_days=None)
    read_on(bench, "old", d("2021-12-31"), *days(d("2022-02-01"), d("2023-02-28")))
    expect(bench, "late", "reads", window_days=None, since=d("2023-02-10"))
    found = pick(bench.run(*MODELS), "owner period days_missing state")
    assert found == [
        ("late", "2023-02", 19, "due_soon"),  # from the day on which pipeline.toml lets it begin
        ("never", "2023-01", 31, "late"), ("never", "2023-02", 28, "due_soon"),
        ("old", "2022-01", 31, "late"),
    ]  # fmt: skip


def test_ledgers_of_units_until_they_say_there_is_nothing() -> None:
    bench = FullBench(as_of=d("2023-04-01"))
    unit = {"owner_kind": "unit", "is_daily": False, "window_days": None}
    expect(bench, "甲", "activity", **unit)
    expect(bench, "乙", "activity", **unit, every="quarter")
    bench.lines("mart.activity", "activity_id unit started_on", ("1", "甲", d("2023-02-14")))
    decision = "position kind subject value is_current"
    bench.lines(
        "staging.decision", decision, (1, "none", "甲|x_activity|2023-01", "none", True),
        (2, "none", "甲|x_activity|2023-03", None, True),
        (3, "none", "丙|x_activity|2023-03", "none", True),
    )  # fmt: skip
    # 甲: January was said to be empty, February has a row, March's word was taken back
    assert pick(bench.run(*MODELS), "owner period days_missing due_on state") == [
        ("乙", "2023-Q1", 90, d("2023-04-05"), "due_soon"),
        ("甲", "2023-03", 31, d("2023-04-05"), "due_soon"),
    ]  # fmt: skip


def test_january_still_shows_december() -> None:
    bench = FullBench(as_of=d("2024-01-04"), year=2024)
    expect(bench, "甲", "activity", owner_kind="unit", is_daily=False, window_days=None)
    assert pick(bench.run(*MODELS), "period state") == [("2023-12", "due_soon")]


def test_alerts_name_account_export_and_days() -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    owed = (
        "owner_kind owner owner_zh export export_zh period first_on last_on days_missing due_on "
        "lost_on state"
    )
    bench.lines(
        "mart.owed", owed,
        (
            "account", "a", "甲号", "r", "内容分析", "2023-04", d("2023-04-03"), d("2023-04-05"),
            3, d("2023-05-05"), d("2023-06-02"), "lost",
        ),
        (
            "account", "a", "甲号", "r", "内容分析", "2023-05", d("2023-05-01"), d("2023-05-31"),
            31, d("2023-06-05"), d("2023-06-30"), "late",
        ),
        (
            "account", "b", "乙号", "r", "内容分析", "2022-03", d("2022-03-01"), d("2022-03-01"),
            1, d("2022-04-05"), d("2022-04-30"), "lost",
        ),
        (
            "account", "c", "丙号", "f", "用户增长", "2023-06", d("2023-06-01"), d("2023-06-30"),
            30, d("2023-07-05"), None, "due_soon",
        ),
        (
            "unit", "黄浦", "黄浦", "l", "台账", "2023-04", d("2023-04-01"), d("2023-04-30"), 30,
            d("2023-05-05"), None, "late",
        ),
        (
            "unit", "黄浦", "黄浦", "l", "台账", "2023-05", d("2023-05-01"), d("2023-05-31"), 31,
            d("2023-06-05"), None, "late",
        ),
        (
            "unit", "静安", "静安", "l", "台账", "2023-05", d("2023-05-01"), d("2023-05-31"), 31,
            d("2023-06-05"), None, "late",
        ),
    )  # fmt: skip
    expect(bench, "d", "reads", owner_zh="丁号")
    newest = ("d", "reads", d("2023-06-19"))
    bench.lines("staging.account_delivered_day", "account_id measure date", newest)
    assert pick(bench.run("staging.owed_alert"), "rule subject value cause_zh") == [
        (
            "owed_export", "a/r", "缺34天",
            "“甲号”内容分析缺4月3日至5月31日共34天，请尽快导出，6月30日起平台逐日查不到",
        ),
        ("owed_export", "b/r", "缺1天", "“乙号”内容分析缺2022年3月1日共1天，平台已查不到"),
        ("owed_ledger", "l", "2个单位", "台账未报：静安2023-05、黄浦2023-04至2023-05共2期"),
        (
            "stale_source", "d", "数据到6月19日",
            "“丁号”导出数据到6月19日，已11天没有新数据，情况待核实",
        ),
    ]  # fmt: skip


REFUSED = ("staging.refused_row", *MODELS)


def refuse(bench: FullBench, seq: int, row_number: int, **cells: Any) -> None:
    """Refuse one row of the file `seq`, its cells as the night notes them."""
    text = ",".join(f'"{name}":"{value}"' for name, value in cells.items())
    bench.put("ops.rejected_row", {"sha256": f"sha{seq}", "run_id": "r", "sheet": "表",
        "row_number": row_number, "row_text": "{" + text + ',"default_year":2023}'})  # fmt: skip


def unit_ledger(bench: FullBench, *files: tuple[int, str]) -> None:
    """甲's activity ledger: files (number, name), the unit's folder, a good row on 2 May each."""
    expect(bench, "甲", "activity", owner_kind="unit", is_daily=False, window_days=None,
           export="ledger_activity", since=d("2023-05-01"))  # fmt: skip
    bench.lines("raw.expected_layout", "export layout is_daily",
                ("ledger_activity", "ledger_activity", False))  # fmt: skip
    bench.lines("mart.activity", "activity_id unit started_on", ("1", "甲", d("2023-05-02")))
    for seq, name in files:
        bench.files(seq, run_id="r", source="甲", unit="甲", layout="ledger_activity",
                    original_name=name)  # fmt: skip
        bench.lines("staging.ledger_row", "ledger load_seq sheet row_number source name_key title "
                    "held_on", ("ledger_activity", seq, "表", 2, "甲", name, f"第{seq}场",
                    d("2023-05-02")))  # fmt: skip


def test_refused_rows_of_a_ledger_are_owed_as_rows() -> None:
    bench = FullBench(as_of=d("2023-05-31"))
    unit_ledger(bench, (1, "五月"))
    refuse(bench, 1, 3, name="没有年份", started_on="5月3日")  # the file's year reads it
    refuse(bench, 1, 4, name="读不出", started_on="某日")  # the ledger's last day stands for it
    shown = "period first_on last_on days_missing rows_missing state"
    assert pick(bench.run(*REFUSED), shown) == [
        ("2023-05", d("2023-05-02"), d("2023-05-03"), 0, 2, "partial")
    ]
    assert pick(bench.run("mart.delivery"), "period days_known state") == [
        ("2023-05", 1, "partial")
    ]


@pytest.mark.parametrize(("later", "left"), [
    ({"title": "读不出", "held_on": "2023-05-09", "name_key": "另一份"}, 0),  # the row itself, mended
    ({"title": "别的", "held_on": "2023-05-30", "name_key": "另一份"}, 0),  # the unit's own, same month
    ({"title": "别的", "held_on": "2023-06-01", "name_key": "五月"}, 0),  # a new edition
    ({"title": "别的", "held_on": "2023-06-01", "name_key": "六月"}, 1),  # June's ledger
])  # fmt: skip
def test_a_later_ledger_makes_refused_rows_good(later: dict[str, Any], left: int) -> None:
    bench = FullBench(as_of=d("2023-05-31"))
    unit_ledger(bench, (1, "五月"))
    refuse(bench, 1, 3, name="读不出", started_on="2023-05-09", participants="许多")
    row = {"ledger": "ledger_activity", "load_seq": 2, "source": "甲", "sheet": "表",
        "row_number": 2}  # fmt: skip
    bench.put("staging.ledger_row", {**row, **later, "held_on": d(later["held_on"])})
    assert len(bench.run("staging.refused_row")) == left


def test_rows_a_person_gave_up_are_not_asked_for() -> None:
    bench = FullBench(as_of=d("2023-05-31"))
    unit_ledger(bench, (1, "五月"))
    refuse(bench, 1, 3, name="读不出", started_on="2023-05-09")
    bench.lines("staging.decision", "position kind subject value is_current",
                (1, "rows", "sha1|甲", "dropped", True))  # fmt: skip
    assert bench.run(*REFUSED) == []


def test_the_unit_of_a_row_in_the_shared_folder_is_the_rows_own() -> None:
    bench = FullBench(as_of=d("2023-05-31"))
    bench.lines(
        "raw.expected_layout", "export layout is_daily", ("ledger_report", "ledger_report", False)
    )
    bench.files(
        1, run_id="r", source="ledger", layout="ledger_report,ledger_live", original_name="x"
    )
    bench.lines("staging.unit_name", "name unit", ("黄浦局", "黄浦区"))
    refuse(bench, 1, 3, title="甲", published_on="2023-05-09", supplied_by="黄浦局")
    refuse(bench, 1, 4, title="乙", published_on="2023-05-09", supplied_by="某局")
    assert pick(bench.run("staging.refused_row"), "row_number unit date") == [
        (3, "黄浦区", d("2023-05-09")), (4, None, d("2023-05-09"))
    ]  # fmt: skip


PIECES = [("articles", "article"), ("works", "video")]


def exported(bench: FullBench, kind: str, seq: int, *lines: tuple[str, str]) -> None:
    """Land a list of articles or works of the account a: their titles and days."""
    bench.files(seq, run_id="r", source="a", account_id="a", layout=f"{kind}_list",
                original_name=f"{seq}.xls")  # fmt: skip
    for row, (title, day) in enumerate(lines, 2):
        one = {"account_id": "a", f"{kind}_id": title, "published_on": d(day), "title": title}
        bench.put(f"staging.{kind}_version", {**one, "load_seq": seq, "row_number": row})
        bench.put(f"mart.{kind}", one)


@pytest.mark.parametrize(("measure", "kind"), PIECES)
def test_refused_rows_of_articles_and_works_are_owed_as_rows(measure: str, kind: str) -> None:
    """One without a title on 9 May, one without a day in a list that ends on 20 May."""
    bench = FullBench(as_of=d("2023-05-31"))
    expect(bench, "a", measure, is_daily=False, window_days=None, export=kind)
    bench.lines("raw.expected_layout", "export layout is_daily", (kind, f"{kind}_list", False))
    exported(bench, kind, 1, ("甲", "2023-05-02"), ("乙", "2023-05-20"))
    day = "published_on" if kind == "article" else "published_at"
    refuse(bench, 1, 4, **{"title": "", day: "2023-05-09 10:00"})
    refuse(bench, 1, 5, **{"title": "丙", day: "某日"})
    shown = "period first_on last_on days_missing rows_missing state"
    assert pick(bench.run(*REFUSED), shown) == [
        ("2023-05", d("2023-05-09"), d("2023-05-20"), 0, 2, "partial")
    ]
    assert pick(bench.run("mart.delivery"), "period days_known state") == [
        ("2023-05", 2, "partial")
    ]


@pytest.mark.parametrize("kind", ["article", "video"])
@pytest.mark.parametrize(("later", "left"), [
    ([("丁", "2023-05-01"), ("戊", "2023-05-31")], []),  # a later list of all May
    ([("丁", "2023-05-01"), ("戊", "2023-05-10")], [5]),  # one of May's first days
    ([("丙", "2023-06-02")], [4]),  # the row itself, mended
    ([("丁", "2023-06-02"), ("戊", "2023-06-09")], [4, 5]),  # June's list
])  # fmt: skip
def test_a_later_list_makes_articles_and_works_good(
    kind: str, later: list[tuple[str, str]], left: list[int]
) -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    bench.lines("raw.expected_layout", "export layout is_daily", (kind, f"{kind}_list", False))
    exported(bench, kind, 1, ("甲", "2023-05-02"), ("乙", "2023-05-20"))
    refuse(bench, 1, 4, title="", published_on="2023-05-09")
    refuse(bench, 1, 5, title="丙", published_on="某日")
    exported(bench, kind, 2, *later)
    found = pick(bench.run("staging.refused_row"), "row_number account_id")
    assert found == [(row, "a") for row in left]


@pytest.mark.parametrize(("given", "state", "rows"), [
    (("2023-05-03", "2023-05-04"), "partial", 2),  # both missing days stand in a file, unreadable
    (("2023-05-03",), "late", 1),  # the fourth was not in it
])  # fmt: skip
def test_days_that_were_refused_are_rows_to_mend(given: Any, state: str, rows: int) -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    expect(bench, "a", "reads")
    bench.lines("raw.expected_layout", "export layout is_daily", ("x_reads", "content", True))
    read_on(bench, "a", *days(d("2023-05-01"), d("2023-05-02")),
            *days(d("2023-05-05"), d("2023-06-30")))  # fmt: skip
    bench.files(1, run_id="r", source="a", account_id="a", layout="content", original_name="x")
    for place, day in enumerate(given):
        refuse(bench, 1, 3 + place, date=day, reads="许多")
    shown = "period days_missing rows_missing state"
    assert pick(bench.run(*REFUSED), shown) == [("2023-05", 2, rows, state)]


def channel(bench: FullBench, seq: int, *dates: Any) -> None:
    """Land a content export of the account a: these days, all channels."""
    bench.files(seq, run_id="r", source="a", account_id="a", layout="content", original_name="x")
    for place, day in enumerate(dates, 2):
        bench.put("staging.channel_daily_version", {"account_id": "a", "date": day,
            "channel": "全部", "load_seq": seq, "row_number": place})  # fmt: skip


@pytest.mark.parametrize(("later", "found"), [
    # a channel of 4 May, and one of an unreadable day, which stands on the file's last
    ((), ("2023-05-04", "2023-05-31", 0, 2, "partial")),
    (("2023-05-01", "2023-05-10"), ("2023-05-31", "2023-05-31", 0, 1, "partial")),
    (("2023-05-01", "2023-05-31"), None),
])  # fmt: skip
def test_a_day_that_is_known_in_part_is_owed_as_rows(later: Any, found: Any) -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    expect(bench, "a", "reads")
    bench.lines("raw.expected_layout", "export layout is_daily", ("x_reads", "content", True))
    read_on(bench, "a", *days(d("2023-05-01"), d("2023-06-30")))
    channel(bench, 1, d("2023-05-01"), d("2023-05-31"))
    refuse(bench, 1, 9, date="2023-05-04", channel="朋友圈", reads="许多")
    refuse(bench, 1, 10, date="某日", channel="朋友圈", reads="1")
    channel(bench, 2, *map(d, later))
    shown = "first_on last_on days_missing rows_missing state"
    row = (d(found[0]), d(found[1]), *found[2:]) if found else None
    assert pick(bench.run(*REFUSED), shown) == ([row] if row else [])
    assert bench.run("staging.owed_alert") == [], "nothing to fetch from the platform"


def test_what_was_delivered_and_what_was_nothing_stands_beside_what_is_owed() -> None:
    bench = FullBench(as_of=d("2023-03-31"))
    expect(bench, "甲", "activity", owner_kind="unit", is_daily=False, window_days=None)
    bench.lines("mart.activity", "activity_id unit started_on", ("1", "甲", d("2023-01-14")))
    bench.lines("staging.decision", "position kind subject value is_current",
                (1, "none", "甲|x_activity|2023-02", "零报告", True))  # fmt: skip
    bench.run(*REFUSED)
    assert pick(bench.run("mart.delivery"), "period first_on last_on days_known state") == [
        ("2023-01", d("2023-01-01"), d("2023-01-31"), 1, "delivered"),
        ("2023-02", d("2023-02-01"), d("2023-02-28"), 0, "none"),
        ("2023-03", d("2023-03-01"), d("2023-03-31"), 0, "due_soon"),
    ]  # fmt: skip
