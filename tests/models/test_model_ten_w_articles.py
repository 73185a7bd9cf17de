"""Articles read more than 100,000 times, each counted once. Rows in, rows out, worked out by hand."""

from __future__ import annotations

import pytest

from tests.models.test_model_articles import ARTICLE
from tests.support.models import FullBench, d, pick


def test_mart_article_is_10w_above_100_000() -> None:
    bench = FullBench(as_of=d("2024-03-07"), year=2024)
    bench.lines(
        "staging.article", "article_id published_on reads readers reads_is_capped",
        ("at", d("2024-02-29"), 100_000, 90_000, False),
        ("above", d("2024-03-01"), 100_001, 1, False),
        ("readers", d("2024-03-01"), None, 100_001, False),
        ("capped", d("2024-03-01"), None, None, True),
        ("none", d("2024-03-01"), None, None, False), account_id="a", title="t",
    )  # fmt: skip
    bench.lines(
        "staging.article_project",
        "account_id article_id project_id",
        ("a", "at", "p1"),
        ("other", "above", "p2"),
    )
    found = pick(bench.run("mart.article"), "article_id is_10w project_id is_provisional")
    assert found == [
        ("above", True, None, True),
        # 29 February is seven days before 7 March: no longer provisional
        ("at", False, "p1", False),
        ("capped", True, None, True),
        ("none", None, None, True),  # nothing known is not “no”
        ("readers", True, None, True),
    ]


def test_ten_w_article_counts_each_once() -> None:
    bench = FullBench()
    bench.put("raw.account", {"account_id": "a", "name": "示例"})
    bench.lines(
        "mart.article",
        "article_id title published_on url reads readers is_10w reads_is_capped first_10w_on",
        ("7_1", "甲", d("2023-06-01"), ARTICLE.format(7), 130_000, 9, True, False, d("2023-06-09")),
        ("x", "低", d("2023-06-01"), None, 500, 9, False, False, None), account_id="a",
    )  # fmt: skip
    bench.lines(
        "staging.product",
        (
            "product_id name published_on url account_name reads_or_plays reads_is_capped is_10w "
            "known_on"
        ),
        # the same address
        (
            "p1", "甲（产品）", d("2023-06-02"), ARTICLE.format(7) + "&scene=1", "示例",
            100_001, True, True, d("2023-06-05"),
        ),
        ("p2", "乙", d("2023-06-03"), None, "别号", 200_000, False, True, d("2023-06-08")),
    )  # fmt: skip
    bench.lines(
        "mart.mention",
        "mention_id title published_on url canonical_url media_name reads reads_is_capped",
        # same title and day as the product without an address
        ("m1", "乙", d("2023-06-03"), "https://n.cn/1", "n.cn/1", "日报", 100_001, True),
        ("m2", "丙", d("2023-06-04"), None, None, "晚报", 100_000, False),
    )  # fmt: skip
    found = pick(
        bench.run("mart.ten_w_article"),
        "title origin owner published_on reads reads_is_capped first_10w_on evidence_rows",
    )
    assert found == [
        ("乙", "新媒体产品", "别号", d("2023-06-03"), 200_000, True, d("2023-06-08"), 2),
        ("甲", "自有账号", "示例", d("2023-06-01"), 130_000, True, d("2023-06-05"), 2),
    ]


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_ten_w_article_of_two_media_names_the_same_one_whatever_the_order(
    order: tuple[str, str],
) -> None:
    bench = FullBench()
    media = {"a": ("日报", 150_000), "b": ("晚报", 120_000)}
    bench.lines(
        "mart.mention", "mention_id media_name reads", *((name, *media[name]) for name in order),
        title="甲", published_on=d("2023-06-01"), reads_is_capped=False,
    )  # fmt: skip
    assert pick(bench.run("mart.ten_w_article"), "owner reads evidence_rows") == [
        ("日报", 150_000, 2)
    ]


def test_ten_w_article_without_title_and_address_is_an_item_of_its_own() -> None:
    bench = FullBench()
    bench.put("raw.account", {"account_id": "a", "name": "示例"})
    # an answer of the interface: no title, no address; two of one day, and a third of the same day
    # that has a title
    bench.lines(
        "mart.article", "article_id title readers", ("7_1", None, 130_000), ("8_1", None, 120_000),
        ("9_1", "甲", 110_000),
        account_id="a", published_on=d("2023-06-01"), is_10w=True, reads_is_capped=False,
    )  # fmt: skip
    bench.lines(
        "mart.mention", "mention_id media_name published_on canonical_url reads reads_is_capped",
        ("m", "日报", d("2023-06-01"), "n.cn/1", 150_000, False),
    )  # fmt: skip
    found = bench.run("mart.ten_w_article")
    # the report without a title has an address: it must not lend it to the articles without a title
    assert pick(found, "title owner reads evidence_rows") == [
        (None, "日报", 150_000, 1), (None, "示例", 120_000, 1), (None, "示例", 130_000, 1),
        ("甲", "示例", 110_000, 1),
    ]  # fmt: skip
    assert len({row["ten_w_id"] for row in found}) == 4
