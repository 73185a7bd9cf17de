"""Articles and videos: versions, current values, 10W+. Rows in, rows out, worked out by hand."""

from __future__ import annotations

from tests.support.models import FullBench, d, pick

ARTICLE = "https://mp.weixin.qq.com/s?__biz=MzA==&mid={}&idx=1&sn=x#rd"
FIGURE = "section label value"
VERSION = "article_id window_rank load_seq title published_on reads readers shares"


def single(bench: FullBench, load_seq: int, reads: str, *daily: tuple[str, str, str]) -> None:
    """A 单篇数据详情 file: its total of reads, and its days as (date, channel, reads)."""
    facts = [
        ("数据概况", "阅读 （次）", reads), ("数据概况", "阅读(人)", "80"),
        ("数据概况", "新增关注(人)", "3"), ("阅读转化", "送达人数", "900"),
        ("阅读转化", "阅读(次)", "1"),
    ]  # fmt: skip
    bench.lines(
        "raw.wechat_single_article_figure",
        FIGURE,
        *facts,
        load_seq=load_seq,
        source="a",
        article_title=" 一篇 ",
    )
    bench.lines(
        "raw.wechat_single_article_daily",
        "date channel reads",
        *daily,
        load_seq=load_seq,
        source="a",
    )


def test_single_article_takes_the_first_day_as_its_own_and_compares_the_sums() -> None:
    bench = FullBench()
    bench.files(1, 2, 3, run_id="r")
    single(
        bench,
        1,
        "100",
        ("2023-06-02", "全部", "40"),
        ("2023-06-01", "全部", "60"),
        ("2023-05-30", "朋友圈", "9"),
    )
    single(bench, 2, "100", ("2023-06-01", "全部", "99"))
    single(bench, 3, "100")  # no days: nothing to compare, no date
    single(bench, 4, "100", ("2023-06-01", "全部", "1"))  # not visible
    rows = bench.run("staging.single_article")
    assert pick(
        rows,
        "load_seq title published_on reads readers followers_gained delivered total_matches_days",
    ) == [
        (1, "一篇", d("2023-06-01"), 100, 80, 3, 900, True),
        (2, "一篇", d("2023-06-01"), 100, 80, 3, 900, False),
        (3, "一篇", None, 100, 80, 3, 900, True),
    ]
    assert [warning.failing_rows for warning in bench.warnings] == [1]


def test_article_row_is_typed_and_keeps_every_line() -> None:
    bench = FullBench()
    bench.files(1, 2, 3, 4, known_on=d("2023-06-20"))
    bench.lines(
        "raw.wechat_article_7d", "row_number title published_on reads readers url",
        (2, " 甲 ", "20230601", "1.2万", "-", ARTICLE.format(7)),
        (3, "甲", "20230601", "5", "4", None), (4, "没有日期", None, "5", "4", None), load_seq=1,
        source="a", sheet="s",
    )  # fmt: skip
    bench.lines(
        "raw.wechat_article", "row_number title published_on readers reads",
        (2, "甲", "2023/6/1", "10万+", None), (3, "戊", "2023/6/1", "80", "100"),
        load_seq=2, source="a", sheet="s",
    )  # fmt: skip
    bench.lines(
        "staging.single_article", "title published_on reads", ("甲", d("2023-06-01"), 100_001),
        ("乙", None, 9), load_seq=3, account_id="a",
    )  # fmt: skip
    bench.lines(
        "staging.article_total", "article_id published_on counted_to readers sheet row_number",
        ("9_1", d("2023-06-01"), d("2023-06-08"), 8, "j", 5),
        load_seq=4, account_id="a",
    )  # fmt: skip
    bench.lines(
        "raw.wechat_article_7d", "title published_on reads", ("看不见", "20230601", "1"),
        load_seq=9, source="a",
    )  # fmt: skip
    found = pick(
        bench.run("staging.article_row"),
        (
            "load_seq window_rank sheet row_number url_id title window_days reads readers "
            "reads_is_capped counted_to"
        ),
    )
    # no day of publication, no row; what is made of several lines stands in line 0
    assert found == [
        (1, 1, "s", 2, "7_1", "甲", 7, 12_000, None, False, None),
        (1, 1, "s", 3, None, "甲", 7, 5, 4, False, None),
        (2, 2, "s", 2, None, "甲", None, None, 100_001, True, None),
        (2, 2, "s", 3, None, "戊", None, 100, 80, False, None),
        (3, 3, "", 0, None, "甲", 30, 100_001, None, True, None),
        (4, 3, "j", 5, "9_1", None, 30, None, 8, False, d("2023-06-08")),
    ]  # fmt: skip


def test_article_version_knows_an_article_again_by_title_and_day() -> None:
    bench = FullBench()
    bench.files(1, 2, 3, known_on=d("2023-06-20"))
    bench.lines(
        "raw.wechat_article_7d", "title published_on reads readers shares url",
        ("甲", "20230601", "90", "60", "2", ARTICLE.format(7)),
        ("乙", "20230601", "5", "4", None, None), ("丙", "20230701", "5", "4", None, None),
        load_seq=1, source="a",
    )  # fmt: skip
    bench.lines(
        "raw.wechat_article", "title published_on readers sharers url",
        ("甲", "2023-06-01", "10万+", "1", ARTICLE.format(7)), load_seq=2, source="a",
    )  # fmt: skip
    bench.lines(
        "staging.single_article", "title published_on reads readers shares",
        ("甲！", d("2023-06-01"), 120, 70, 3), load_seq=3, account_id="a",
    )  # fmt: skip
    rows = bench.run("staging.article_row", "staging.article_version")
    (after,) = [row for row in rows if row["title"] == "丙"]
    assert after["published_on"] == d("2023-07-01"), (
        "a version stays a version; staging.article leaves out what is after the day"
    )
    assert {row["title"] for row in bench.run("staging.article")} == {"甲！", "乙"}
    assert pick(
        [row for row in rows if row["title"] not in ("乙", "丙")],
        f"{VERSION} window_days reads_is_capped known_on",
    ) == [
        ("7_1", 1, 1, "甲", d("2023-06-01"), 90, 60, 2, 7, False, d("2023-06-20")),
        (
            "7_1",
            2,
            2,
            "甲",
            d("2023-06-01"),
            None,
            100_001,
            None,
            None,
            True,
            d("2023-06-20"),
        ),  # that export has readers only
        (
            "7_1",
            3,
            3,
            "甲！",
            d("2023-06-01"),
            120,
            70,
            3,
            30,
            False,
            d("2023-06-20"),
        ),  # no address: same title and day
    ]
    ((other,),) = [pick([row], "article_id") for row in rows if row["title"] == "乙"]
    assert len(other[0]) == 32, "without an address it is named by title and day"


def test_the_last_day_of_the_apis_cumulative_figures_is_the_articles() -> None:
    bench = FullBench()
    bench.files(1, 2, 3, known_on=d("2023-06-20"))
    names = "msgid published_on counted_to title readers sharers finish_rate"
    first = [
        ("7_1", "2023-06-01", "2023-06-02", "甲", "50", "2", "0.5"),
        ("7_1", "2023-06-01", "2023-06-01", "甲", "30", "1", "0.9"),
    ]
    bench.lines(
        "raw.wechat_api_article_total", names, *first,
        ("8_1", "2023-06-01", "2023-06-01", None, "5", None, None), load_seq=1, source="a",
    )  # fmt: skip
    bench.lines(
        "raw.wechat_api_article_total", names,
        ("7_1", "2023-06-01", "2023-06-03", "甲", "60", "2", "0.4"), load_seq=2, source="a",
    )  # fmt: skip
    totals = bench.run("staging.article_total")
    # the last day of each file, never 30 + 50; a figure that is absent stays so
    assert sorted(
        pick(totals, "load_seq article_id counted_to readers sharers finish_rate"), key=str
    ) == [
        (1, "7_1", d("2023-06-02"), 50, 2, 0.5),
        (1, "8_1", d("2023-06-01"), 5, None, None),
        (2, "7_1", d("2023-06-03"), 60, 2, 0.4),
    ]
    # the export of the same article knows it by the address; the API's wider window leads, reads
    # stay the export's
    bench.lines(
        "raw.wechat_article_7d", "title published_on reads readers shares url",
        ("甲", "20230601", "90", "40", "2", ARTICLE.format(7)), load_seq=3, source="a",
    )  # fmt: skip
    current = bench.run(
        "staging.article_total", "staging.article_row", "staging.article_version", "staging.article"
    )
    assert sorted(pick(current, "article_id title reads readers sharers window_days"), key=str) == [
        # window_days belongs to the reads shown: the export's seven days
        ("7_1", "甲", 90, 60, 2, 7),
        ("8_1", None, None, 5, None, 30),
    ]


def test_article_version_does_not_guess_between_two_articles_of_one_title() -> None:
    bench = FullBench()
    bench.files(1)
    bench.lines(
        "raw.wechat_article_7d", "title published_on reads url",
        ("甲", "20230601", "1", ARTICLE.format(7)), ("甲", "20230601", "2", ARTICLE.format(8)),
        ("甲", "20230601", "3", None), load_seq=1, source="a",
    )  # fmt: skip
    rows = bench.run("staging.article_row", "staging.article_version")
    assert sorted(row["reads"] for row in rows) == [1, 2, 3]
    assert {row["article_id"] for row in rows} > {"7_1", "8_1"}


def test_article_prefers_the_widest_window_then_the_newest_file() -> None:
    bench = FullBench()
    bench.lines(
        "staging.article_version", f"{VERSION} window_days reads_is_capped known_on url",
        ("x", 3, 1, "旧题", d("2023-06-01"), 150, None, 1, 30, False, d("2023-06-10"), "u"),
        ("x", 1, 2, "新题", d("2023-06-01"), 120, 80, 9, 7, False, d("2023-06-11"), None),
        ("x", 1, 3, "新题", d("2023-06-01"), None, 85, None, 7, False, d("2023-06-12"), None),
        ("y", 1, 2, "乙", d("2023-06-01"), 100_000, None, None, 7, False, d("2023-06-11"), None),
        ("y", 1, 3, "乙", d("2023-06-01"), 100_001, None, None, 7, True, d("2023-06-13"), None),
        account_id="a",
    )  # fmt: skip
    found = pick(
        bench.run("staging.article"),
        (
            "article_id title url reads readers shares window_days reads_is_capped first_10w_on "
            "load_seq"
        ),
    )
    assert found == [
        (
            "x",
            "新题",
            "u",
            150,
            85,
            1,
            30,
            False,
            None,
            3,
        ),  # reads of 30 days beat the later 7 days; readers are known for 7 only
        # 100,000 is not more than 100,000
        ("y", "乙", None, 100_001, None, None, 7, True, d("2023-06-13"), 3),
    ]


def test_article_window_is_that_of_the_figure_shown() -> None:
    bench = FullBench()
    bench.lines(
        "staging.article_version", f"{VERSION} window_days",
        ("a", 1, 1, "甲", d("2023-06-01"), 90, 60, None, 7),
        ("a", 3, 2, "甲", d("2023-06-01"), None, 70, None, 30),  # reads are of 7 days
        ("b", 1, 1, "乙", d("2023-06-01"), None, 60, None, 7),
        ("b", 2, 2, "乙", d("2023-06-01"), None, 65, None, None),  # readers of nobody says how many
        ("c", 1, 1, "丙", d("2023-06-01"), None, 60, None, 7),
        ("d", 1, 1, "丁", d("2023-06-01"), None, None, None, 7), account_id="a",
    )  # fmt: skip
    assert pick(bench.run("staging.article"), "article_id reads readers window_days") == [
        ("a", 90, 70, 7), ("b", None, 65, None), ("c", None, 60, 7), ("d", None, None, None),
    ]  # fmt: skip


def test_article_daily_takes_the_newest_known_figure_of_each_day() -> None:
    bench = FullBench(as_of=d("2026-03-02"))
    bench.files(1, 2)
    read = "load_seq row_number date msgid readers"
    bench.lines(
        "raw.wechat_api_article_read", read, (1, 2, "2026-03-01", "1_1", "5"),
        (2, 2, "2026-03-01", "1_1", "7"), (2, 3, "2026-03-03", "1_1", "9"), source="a",
    )  # fmt: skip
    bench.lines(
        "raw.wechat_api_article_share", "load_seq row_number date msgid sharers",
        (1, 2, "2026-03-01", "1_1", "3"), (1, 3, "2026-03-02", "1_2", "0"), source="a",
    )  # fmt: skip
    bench.lines("mart.article", "account_id article_id title", ("a", "1_1", "甲"))
    found = pick(
        bench.run("staging.article_daily_version", "mart.article_daily"),
        "article_id date readers sharers title",
    )
    # 3 March is after the day of the figures; nobody shared 1_2, which is 0, and nobody told how
    # many read it, which is not
    assert found == [("1_1", d("2026-03-01"), 7, 3, "甲"), ("1_2", d("2026-03-02"), None, 0, None)]


def test_article_daily_version_joins_reads_and_shares_of_one_file() -> None:
    bench = FullBench()
    bench.files(1, 2)
    bench.lines(
        "raw.wechat_api_article_read", "load_seq row_number date msgid readers",
        (1, 2, "2023-06-01", "1_1", "5"), (2, 2, "2023-06-01", "1_1", "7"),
        (2, 3, "2023-07-01", "1_1", "9"), (2, 4, None, "1_1", "8"),
        (9, 2, "2023-06-01", "1_1", "6"), source="a",
    )  # fmt: skip
    bench.lines(
        "raw.wechat_api_article_share", "load_seq row_number date msgid sharers",
        (1, 2, "2023-06-01", "1_1", "3"), (1, 3, "2023-06-01", "1_2", "0"), source="a",
    )  # fmt: skip
    found = pick(
        bench.run("staging.article_daily_version"),
        "load_seq account_id article_id date readers sharers",
    )
    assert found == [
        (1, "a", "1_1", d("2023-06-01"), 5, 3), (1, "a", "1_2", d("2023-06-01"), None, 0),
        (2, "a", "1_1", d("2023-06-01"), 7, None),
        # a version stays a version; mart.article_daily leaves July out
        (2, "a", "1_1", d("2023-07-01"), 9, None),
    ]  # fmt: skip
