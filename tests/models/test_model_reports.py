"""Media reports: typed rows, what is one publication, what is one story, what waits for a person.

Rows in, rows out.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.models import WHERE, FullBench, at, d, pick


def test_report_typed_reads_ledger_and_vendor_alike() -> None:
    bench = FullBench()
    bench.lines(
        "raw.ledger_report",
        (
            f"{WHERE} title media_name published_on url tone reads is_10w supplied_by unit "
            "original_or_reprint default_year"
        ),
        (
            1, "s", 3, "甲", "日报", "6月1日", "https://www.a.cn/1.html?utm_source=x", "正面",
            "10万+", None, "黄浦", "静安", "转载", 2023,
        ),
        (1, "s", 4, "乙", "晚报", "2023-06-02", None, "", "3000", "是", None, "静安", None, None),
        (1, "s", 5, "无日期", "晚报", None, None, None, None, None, None, None, None, None),
    )  # fmt: skip
    bench.lines(
        "raw.news_item",
        (
            f"{WHERE} title body url published media_name author tone tag similar_count "
            "original_medium"
        ),
        (
            2, "微博", 3, None, "长" * 50,
            "https://www.google.com/url?url=https%3A%2F%2Fn.cn%2F9&ct=ga",
            "2023-06-01T20:00:00Z", None, "'网友'", "Negative", None, "7", None,
        ),
        (
            2, "新闻", 4, "丙", None, None, "2023-06-02 09:00", None, "记者", "非敏感", None,
            None, "他报",
        ),
        (2, "新闻", 5, "丁", None, None, "2023-06-02", "x", None, None, "无关", None, None),
    )  # fmt: skip
    rows = bench.run("staging.report_typed")
    assert pick(
        rows,
        (
            "origin title media_name published_on published_at has_clock tone reads "
            "reads_is_capped is_reprint unit_text"
        ),
    ) == [
        (
            "ledger",
            "乙",
            "晚报",
            d("2023-06-02"),
            at("2023-06-02"),
            False,
            None,
            3000,
            True,
            None,
            "静安",
        ),
        (
            "ledger",
            "甲",
            "日报",
            d("2023-06-01"),
            at("2023-06-01"),
            False,
            "正面",
            100_001,
            True,
            True,
            "黄浦",
        ),
        (
            "vendor",
            "丙",
            "记者",
            d("2023-06-02"),
            at("2023-06-02 09:00"),
            True,
            None,
            None,
            False,
            True,
            None,
        ),  # 非敏感 is no tone
        (
            "vendor",
            "长" * 40,
            "n.cn",
            d("2023-06-02"),
            at("2023-06-02 04:00"),
            True,
            "负面",
            None,
            False,
            None,
            None,
        ),  # 20:00 UTC is tomorrow in Beijing
    ]
    assert pick(rows, "canonical_url title_is_derived media_type author similar_count") == [
        (None, False, None, None, None), (None, False, "新闻", "记者", None),
        ("a.cn/1.html", False, None, None, None), ("n.cn/9", True, "微博", "网友", 7),
    ]  # fmt: skip


def test_report_row_leaves_out_own_media_and_days_to_come() -> None:
    bench = FullBench()
    bench.files(1)
    bench.put("raw.own_media", {"media_name": "上海城管"})
    bench.lines(
        "staging.report_typed", f"{WHERE} title media_name published_on origin tone",
        (1, "s", 3, "【专题】甲 乙", "日报", d("2023-06-30"), "ledger", "正面"),
        (1, "s", 4, "own", "上海城管", d("2023-06-01"), "ledger", "正面"),
        (1, "s", 5, "later", "日报", d("2023-07-01"), "ledger", "正面"),
        (1, "s", 6, "丙", "日报", d("2023-06-01"), "vendor", "负面"),
        (1, "s", 7, "丁", "日报", d("2023-06-01"), "vendor", None),
        (2, "s", 3, "unseen", "日报", d("2023-06-01"), "vendor", None),
    )  # fmt: skip
    found = pick(bench.run("staging.report_row"), "row_number title_key tone_source")
    assert found == [(3, "甲乙", "person"), (6, "丙", "vendor"), (7, "丁", None)]


def test_report_group_is_one_publication_by_address_or_by_title_and_day() -> None:
    bench = FullBench()
    bench.lines(
        "staging.report_row", "row_number media_name title title_key published_on canonical_url",
        (1, "日报", "甲", "甲", d("2023-06-02"), "a/1"),
        (2, "日报", "甲改", "甲改", d("2023-06-01"), "a/1"),  # one address
        (3, "日报", "甲", "甲", d("2023-06-01"), None),  # the address' first title and day
        (4, "日报", "甲", "甲", d("2023-06-02"), None),  # title and day of row 1
        # the address under another name of the medium
        (5, "晚报", "甲", "甲", d("2023-06-01"), "a/1"),
        (6, "电视", "!!!", None, d("2023-06-01"), None),
        (7, "电视", "!!!", None, d("2023-06-01"), None), load_seq=1, sheet="s",
    )  # fmt: skip
    rows = bench.run("staging.report_group")
    groups: dict[str, set[int]] = {}
    for row in rows:
        groups.setdefault(row["mention_id"], set()).add(row["row_number"])
    assert sorted(map(sorted, groups.values())) == [[1, 2, 3, 4, 5], [6, 7]]
    assert pick(rows, "row_number story_key")[1] == (2, "甲")


def reports(bench: FullBench, *lines: tuple[Any, ...]) -> None:
    """Rows of one ledger (file 2) and one vendor's export (file 1), as (row, mention, origin, day,
    tone, reads, url, unit, author).
    """
    for row, mention, origin, day, tone, reads, url, unit, author in lines:
        seq = 2 if origin == "ledger" else 1
        source = None if tone is None else "person" if origin == "ledger" else "vendor"
        bench.put(
            "staging.report_row",
            {
                "load_seq": seq, "sheet": "s", "row_number": row, "origin": origin, "title": "甲",
                "media_name": mention,
                "published_on": d(day), "published_at": at(day), "tone": tone, "tone_raw": tone,
                "tone_source": source, "reads": reads,
                "reads_is_capped": reads == 100_001, "url": url, "canonical_url": url,
                "unit_text": unit, "author": author,
            },
        )  # fmt: skip
        bench.put(
            "staging.report_group",
            {
                "load_seq": seq,
                "sheet": "s",
                "row_number": row,
                "story_key": "甲",
                "mention_id": mention,
            },
        )


def test_mention_takes_the_ledger_first_and_fills_from_the_vendor() -> None:
    bench = FullBench()
    bench.lines("raw.unit_alias", "alias unit", ("黄浦", "黄浦区"))
    reports(
        bench, (1, "日报", "vendor", "2023-06-01", "负面", 100_001, "u", None, "记者"),
        (2, "日报", "ledger", "2023-06-01", "正面", None, None, "黄浦", None),
        (3, "晚报", "vendor", "2023-06-01", "正面", 5, None, None, None),
        (4, "晚报", "ledger", "2023-06-01", None, 6, None, None, None),
    )  # fmt: skip
    found = pick(
        bench.run("staging.settled_tone", "mart.mention"),
        (
            "mention_id tone tone_source is_positive_report reads reads_is_capped url unit "
            "author origin load_seq"
        ),
    )
    assert found == [
        ("日报", "正面", "person", True, 100_001, True, "u", "黄浦区", "记者", "ledger", 2),
        (
            "晚报",
            "正面",
            "vendor",
            True,
            6,
            False,
            None,
            None,
            None,
            "ledger",
            2,
        ),  # a ledger without a tone leaves the vendor's
    ]


def test_mention_of_the_same_title_is_a_new_story_after_more_than_seven_days() -> None:
    bench = FullBench()
    # 7, 7 and 8 days apart
    for row, day in enumerate(("2023-06-01", "2023-06-08", "2023-06-15", "2023-06-23"), 1):
        reports(bench, (row, f"m{row}", "vendor", day, None, None, None, None, None))
    story = {
        row["mention_id"]: row["story_id"]
        for row in bench.run("staging.settled_tone", "mart.mention")
    }
    assert story["m1"] == story["m2"] == story["m3"] != story["m4"]
    # a person says of one that it is m1's story: all of its own title go along
    bench.lines("staging.decision", "position kind subject value is_current",
                (1, "story", "m4", story["m1"], True),
                (2, "story", f"{story['m1']}|{story['m4']}", "same", True))  # fmt: skip
    joined = {row["mention_id"]: row["story_id"] for row in bench.run("mart.mention")}
    assert set(joined.values()) == {story["m1"]}


def test_story_counts_publications_and_media() -> None:
    bench = FullBench()
    bench.lines(
        "mart.mention", "mention_id title media_name published_on published_at is_positive_report",
        ("a", "晚题", "晚报", d("2023-06-02"), at("2023-06-02 08:00"), True),
        ("b", "早题", "日报", d("2023-06-01"), at("2023-06-01 20:00"), False),
        ("c", "晚题", "日报", d("2023-06-02"), at("2023-06-02 09:00"), True), story_id="s",
    )  # fmt: skip
    found = pick(
        bench.run("mart.story"),
        "title first_published_on first_media_name mentions positive_mentions media",
    )
    assert found == [("早题", d("2023-06-01"), "日报", 3, 2, 2)]


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_story_of_two_media_at_the_same_time_names_the_same_one_whatever_the_order(
    order: tuple[str, str],
) -> None:
    bench = FullBench()
    bench.lines(
        "mart.mention", "mention_id media_name",
        *((name, {"a": "晚报", "b": "日报"}[name]) for name in order),
        story_id="s", title="题", published_on=d("2023-06-02"),
        published_at=at("2023-06-02 00:00"), is_positive_report=True,
    )  # fmt: skip
    assert pick(bench.run("mart.story"), "first_media_name mentions") == [("晚报", 2)]


@pytest.mark.parametrize(("tone_raw", "title", "suspected"),
    [("敏感", "甲", True), (None, "居民围观执法", True), ("非敏感", "甲", False),
        (None, "甲", False)])  # fmt: skip
def test_review_queue_only_hints(tone_raw: str | None, title: str, suspected: bool) -> None:
    bench = FullBench()
    bench.lines(
        "mart.mention", "mention_id published_on tone", ("old", d("2022-12-31"), None),
        ("in", d("2023-01-01"), None), ("toned", d("2023-06-01"), "中性"),
        ("later", d("2023-07-01"), None), tone_raw=tone_raw, title=title,
    )  # fmt: skip
    assert pick(bench.run("mart.review_queue"), "mention_id is_suspected_negative") == [
        ("in", suspected)
    ]


@pytest.mark.parametrize(
    ("media_name", "canonical_url", "level"),
    [
        ("示例日报", None, "市级"), ("别名", "news.daily.example.cn/1", "区级"),
        ("别名", "daily.example.cn/1", "市级"), ("别名", "a.daily.example.cn?x", "市级"),
        ("示例日报", "news.daily.example.cn/1", "市级"),  # the name goes before the address
    ],
)  # fmt: skip
def test_mention_level_by_name_then_by_the_longest_domain(
    media_name: str, canonical_url: str | None, level: str
) -> None:
    bench = FullBench()
    media = [
        ("示例日报", "daily.example.cn", "市级"),
        ("示例新闻", "news.daily.example.cn", "区级"),
        ("印刷", "", "中央"),
    ]
    bench.lines("raw.media", "media_name domain media_level", *media)
    bench.lines(
        "staging.report_row", "media_name canonical_url", (media_name, canonical_url),
        ("陌生", "notdaily.example.cn/"), (None, None),
    )  # fmt: skip
    assert pick(bench.run("staging.mention_level"), "media_name media_level") == [
        (media_name, level)
    ]


@pytest.mark.parametrize(
    ("other", "day", "likeness"),
    [
        # 8 and 11 pairs of signs, 7 in common: below 0.6
        ("城管开展夜查噪声扰民行动", "2023-06-13", 7 / 12),
        ("城管夜查噪声行动了", "2023-06-13", 7 / 8),  # all 7 and one more
        ("城管夜查噪声行动", "2023-06-14", None),  # four days apart
        ("城管6月夜查噪声行动", "2023-06-11", None),  # a number more
        ("静安城管夜查噪声行动", "2023-06-11", None),  # a district more
    ],
)
def test_story_suggestion_likens_titles_near_in_time(
    other: str, day: str, likeness: float | None
) -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    stories = [
        ("s1", "城管夜查噪声行动", d("2023-06-10")),
        ("s2", other, d(day)),
        ("s3", "城管夜查噪声行动", d("2023-04-30")),
    ]
    bench.lines("mart.story", "story_id title first_published_on", *stories)
    bench.lines("raw.unit", "unit kind", ("静安区", "district"))
    bench.lines("raw.unit_alias", "alias unit", ("静安", "静安区"), ("静安城管", "静安区"))
    found = pick(bench.run("mart.story_suggestion"), "story_id other_story_id likeness")
    assert found == (
        [("s1", "s2", pytest.approx(likeness))] if likeness and likeness >= 0.6 else []
    )
