"""Tones of reports: a person's word before a vendor's, vendors who must agree, answers of the desk."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.models import FullBench, pick


def settle(
    *lines: tuple[int, str, str | None, str | None],
    decisions: tuple[tuple[int, str, str | None], ...] = (),
    names: tuple[str, ...] = ("导出.xlsx",) * 3,
) -> list[Any]:
    """Return tone, who said it, and how vendors disagree, of one publication whose rows are (file,
    origin, tone, label).
    """
    bench = FullBench()
    for seq, name in enumerate(names, 1):
        bench.files(seq, original_name=name)
    for row, (seq, origin, tone, label) in enumerate(lines):
        where = {"load_seq": seq, "sheet": "s", "row_number": row}
        bench.put(
            "staging.report_row",
            where | {"origin": origin, "tone": tone, "tone_raw": label or tone},
        )
        bench.put("staging.report_group", where | {"row_key": f"k{row}", "mention_id": "k0"})
    for position, subject, value in decisions:
        bench.put(
            "staging.decision",
            {
                "position": position,
                "kind": "tone",
                "subject": subject,
                "value": value,
                "is_current": True,
            },
        )
    return pick(bench.run("staging.settled_tone"), "tone tone_source disagreement")  # fmt: skip


def test_a_persons_tone_beats_the_vendors_and_vendors_must_agree() -> None:
    assert settle((1, "vendor", "正面", None), (2, "ledger", "负面", None)) == [
        ("负面", "person", None)
    ]
    assert settle((1, "vendor", "正面", None), (1, "vendor", "正面", None)) == [
        ("正面", "vendor", None)
    ]
    assert settle((1, "vendor", "正面", None), (1, "vendor", "负面", None)) == [
        (None, None, "正面、负面")
    ]
    assert settle((1, "vendor", "正面", None), (1, "vendor", None, "敏感")) == [
        (None, None, "正面、敏感")
    ]
    assert settle((1, "vendor", "正面", None), (1, "vendor", None, "非敏感")) == [
        ("正面", "vendor", None)
    ]


def test_a_vendors_newer_file_counts_for_that_vendor() -> None:
    assert settle((1, "vendor", "正面", None), (2, "vendor", "负面", None)) == [
        ("负面", "vendor", None)
    ]
    months = ("清博_2023年5月.xlsx", "清博_2023年6月(1).xlsx")
    assert settle(
        (1, "vendor", "正面", None), (2, "vendor", "负面", None), names=months
    ) == [("负面", "vendor", None)]  # fmt: skip


@pytest.mark.parametrize(
    ("tone", "label", "said"),
    [
        ("负面", None, "正面、负面"),
        (None, "敏感信息", "正面、敏感信息"),
        (None, "混合", "正面、混合"),
    ],
)
def test_two_vendors_files_must_agree(tone: str | None, label: str | None, said: str) -> None:
    vendors = ("清博.xlsx", "新浪舆情通.xlsx")
    lines = ((1, "vendor", "正面", None), (2, "vendor", tone, label))
    assert settle(*lines, names=vendors) == [(None, None, said)]


def test_a_vendor_without_a_word_agrees_with_all() -> None:
    vendors = ("清博.xlsx", "新浪舆情通.xlsx")
    for label in ("非敏感", "未知", None):
        lines = ((1, "vendor", "正面", None), (2, "vendor", None, label))
        assert settle(*lines, names=vendors) == [("正面", "vendor", None)]


def test_a_decision_of_the_desk_settles_a_tone_under_any_row_of_the_mention() -> None:
    lines = ((1, "vendor", "正面", None), (2, "ledger", "正面", None))
    assert settle(*lines, decisions=((1, "k1", "负面"),)) == [("负面", "person", None)]
    assert settle(*lines, decisions=((1, "k0", "负面"), (2, "k1", "无关"))) == [
        ("无关", "person", None)
    ]
    assert settle((1, "vendor", "正面", None), decisions=((1, "k0", None),)) == [
        ("正面", "vendor", None)
    ]
