"""What the plan asks beside its targets.

Public sites, submissions, media columns, figures of projects. Worked out by hand.
"""

from __future__ import annotations

from tests.support.models import WHERE, FullBench, d, pick

UNITS = "alias unit"


def test_a_public_site_is_one_place_with_its_uses_of_the_year() -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    bench.files(1, 2)
    bench.lines("raw.unit_alias", UNITS, ("黄浦区", "黄浦区"), ("黄浦城管", "黄浦区"))
    columns = f"{WHERE} name level site_type unit_name opened_on used_on used_by is_shared"
    bench.lines(
        "raw.ledger_site", columns,
        (1, "s", 2, "人民广场大屏", "市", "户外大屏", "黄浦区", "2022-05-01", None, None, "是"),
        (1, "s", 3, "人民广场大屏", "市", None, "黄浦城管", None, "2023-03-08", "静安区", None),
        (2, "s", 2, "人民广场大屏", "市", None, "黄浦区", None, "2023-05-01", "徐汇区", None),
        # the same day again: corrected
        (2, "s", 3, "人民广场大屏", "市", None, "黄浦区", None, "2023-05-01", "静安区", None),
        (2, "s", 4, "人民广场大屏", "市", None, "黄浦区", None, "2022-12-01", "静安区", None),
        (2, "s", 5, "打浦路宣传栏", "街镇", "宣传栏", "没有的", None, None, None, "否"),
    )  # fmt: skip
    found = pick(
        bench.run("staging.site", "mart.public_site"),
        "name level site_type unit is_shared uses users last_used_on",
    )
    # 8 March and 1 May of this year, both by 静安区; December was last year's
    assert found == [
        ("人民广场大屏", "市", "户外大屏", "黄浦区", True, 2, 1, d("2023-05-01")),
        ("打浦路宣传栏", "街镇", "宣传栏", None, False, 0, 0, None),
    ]  # fmt: skip


def test_submissions_meet_the_articles_they_became() -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    bench.files(1)
    bench.lines("raw.unit_alias", UNITS, ("黄浦区", "黄浦区"))
    link = "http://mp.weixin.qq.com/s?__biz=A==&mid=7&idx=1"
    columns = f"{WHERE} submitted_on title unit_name section_name is_adopted adopted_on url"
    bench.lines(
        "raw.ledger_submission", columns,
        # adopted: it has a link
        (1, "s", 2, "2023-05-01", "拆违故事", "黄浦区", "每日一案", None, None, link),
        (1, "s", 3, "2023-05-02", "夜查渣土", "黄浦区", "每日一案", "是", "2023-05-04", None),
        (1, "s", 4, "2023-05-03", "未用稿", "黄浦区", None, "否", None, None),
        (1, "s", 5, "2022-05-03", "去年的", "黄浦区", "强转树", "是", None, None),
        (1, "s", 6, "2023-07-01", "之后的", "黄浦区", "强转树", "是", None, None),
    )  # fmt: skip
    bench.lines(
        "mart.article", "account_id article_id title published_on url",
        ("m", "7_1", "改了题目", d("2023-05-03"), link + "&scene=1"),
        ("m", "8_1", "夜查渣土！", d("2023-05-04"), None),
        ("m", "9_1", "夜查渣土", d("2023-05-05"), None),
    )  # fmt: skip
    rows = bench.run("staging.submission_row", "staging.submission", "mart.submission")
    assert pick(rows, "title is_adopted article") == [
        ("去年的", True, None), ("夜查渣土", True, "m/8_1"), ("拆违故事", True, "m/7_1"),
        ("未用稿", False, None),
    ]  # fmt: skip
    assert pick(
        bench.run("mart.submission_count"), "sender section_name submitted adopted matched",
    ) == [("黄浦区", "未填", 1, 0, 0), ("黄浦区", "每日一案", 2, 2, 2),]  # fmt: skip


def test_media_columns_are_counted_from_the_section_of_reports() -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    bench.lines(
        "raw.plan_column", "position column_id name_zh", (1, "a", "民生一网通"), (2, "b", "直通990")
    )
    bench.lines("raw.plan_column_word", "column_id word", ("a", "民生一网通"), ("b", "直通990"))
    sections = ("民生一网通 18:00", "《民生一网通》", "A3版", "直通990", None)
    bench.lines(
        "staging.report_row",
        f"{WHERE} section_name",
        *((1, "s", n, text) for n, text in enumerate(sections)),
    )
    groups = ("p", "p", "q", "old", "r")  # two rows of one publication
    bench.lines(
        "staging.report_group",
        f"{WHERE} mention_id",
        *((1, "s", n, one) for n, one in enumerate(groups)),
    )
    bench.lines(
        "mart.mention", "mention_id published_on is_positive_report",
        ("p", d("2023-02-01"), True), ("q", d("2023-02-01"), True), ("old", d("2022-02-01"), True),
        ("r", d("2023-02-01"), True),
    )  # fmt: skip
    assert pick(
        bench.run("mart.brand_column"), "column_id mentions positive_reports last_on",
    ) == [("a", 1, 1, d("2023-02-01")), ("b", 0, 0, None),]  # fmt: skip


def test_votes_are_evidence_of_their_project() -> None:
    bench = FullBench(as_of=d("2023-07-31"))
    bench.files(1)
    bench.lines(
        "staging.project_name",
        "name_zh month project_id",
        ("最美城管人", 6, "vote"),
        ("最美城管人", 7, "vote"),
    )
    bench.lines(
        "raw.ledger_project_figure", f"{WHERE} project figure counted_on value measure_unit",
        (1, "s", 2, "最美城管人", "网络票数", "2023-06-30", "120000", "票"),
        (1, "s", 3, "最美城管人", "网络票数", "2023-07-10", "1234567", "票"),
        (1, "s", 4, "没有的项目", "票数", "2023-07-10", "5", "票"),
        (1, "s", 5, "最美城管人", "候选人", "2023-06-01", "40", "人"),
    )  # fmt: skip
    bench.run("staging.project_figure_row")
    assert pick(bench.run("mart.project_figure"), "figure counted_on value is_latest") == [
        ("候选人", d("2023-06-01"), 40, True), ("网络票数", d("2023-06-30"), 120_000, False),
        ("网络票数", d("2023-07-10"), 1_234_567, True),
    ]  # fmt: skip
    bench.lines("raw.plan_project", "position project_id name_zh", (1, "vote", "最美城管人"))
    bench.lines("raw.plan_project_month", "project_id month", ("vote", 6), ("vote", 7))
    (row,) = bench.run("staging.project_match", "mart.project_progress")
    assert (row["is_done"], row["others"], row["figures_zh"]) == (
        True,
        3,
        "候选人40人、网络票数1,234,567票",
    )
