"""What people decided about files: which answer counts on the day of the figures.

Rows in, rows out.
"""

from __future__ import annotations

from tests.support.models import FullBench, d, pick

SAID = "position kind subject value known_on"


def test_decision_is_what_was_said_by_that_day_and_the_last_word_is_current() -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    bench.lines("ops.file", "load_seq status known_on", (1, "loaded", "2023-06-29"), sha256="x")
    bench.lines(
        "raw.decision", SAID,
        (1, "release", "s1", None, d("2023-06-29")), (2, "withdraw", "s1", None, d("2023-06-30")),
        (3, "restore", "s1", None, d("2023-07-01")),  # said after the day of the figures
        (4, "edition", "s1", None, d("2023-06-30")), (5, "pieces", "s1", None, d("2023-06-30")),
        (6, "tone", "m1", "正面", d("2023-06-30")), (7, "tone", "m1", None, d("2023-06-30")),
    )  # fmt: skip
    assert pick(bench.run("staging.decision"), "position topic subject value is_current") == [
        (1, "file", "s1", None, False), (2, "file", "s1", None, True),
        # another question about the same file
        (4, "edition", "s1", None, False), (5, "edition", "s1", None, True),
        (6, "tone", "m1", "正面", False), (7, "tone", "m1", None, True),  # taken back
    ]  # fmt: skip


def test_decision_of_a_day_before_the_first_night_is_everything() -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    bench.lines("ops.file", "load_seq status known_on", (1, "loaded", "2023-07-01"), sha256="x")
    bench.lines("raw.decision", SAID, (1, "release", "s1", None, d("2023-07-01")))
    assert pick(bench.run("staging.decision"), "position topic") == [(1, "file")]


def test_file_decision_is_the_last_word_on_a_file_in_its_folder() -> None:
    bench = FullBench()
    bench.lines(
        "ops.file", "sha256 source", ("x", "a"), ("x", "b"), ("y", "a"), ("z", "a"), ("z", "a")
    )
    bench.lines(
        "staging.decision", "position topic kind subject value",
        # both folders, then one
        (1, "file", "withdraw", "x", None), (2, "file", "restore", "x", "a"),
        # its value names where the file goes, not where it came in
        (3, "file", "reassign", "y", "b"),
        (4, "edition", "pieces", "z", None), (5, "file", "withdraw", "never came", None),
    )  # fmt: skip
    assert pick(bench.run("staging.file_decision"), "sha256 source kind") == [
        ("x", "a", "restore"), ("x", "b", "withdraw"), ("y", "a", "reassign"),
    ]  # fmt: skip


def test_visible_file_is_not_what_was_withdrawn() -> None:
    bench = FullBench()
    bench.lines("raw.unit", "unit", ("黄浦区",))
    bench.lines(
        "ops.file",
        "load_seq source",
        (1, "ledger"),
        (2, "黄浦区"),
        sha256="x",
        known_on="2023-06-30",
    )
    bench.lines(
        "staging.file_decision",
        "sha256 source kind",
        ("x", "ledger", "withdraw"),
        ("x", "黄浦区", "restore"),
    )
    assert pick(bench.run("staging.visible_file"), "load_seq unit") == [(2, "黄浦区")]
