"""Videos from their deliveries to one row a work. Rows in, rows out, worked out by hand."""

from __future__ import annotations

import pytest

from tests.support.models import FullBench, d, pick

VIDEO = "load_seq title published_at plays likes finish_rate finish_pct work_id"


def test_video_version_reads_rates_and_names_a_work() -> None:
    bench = FullBench()
    bench.files(1, 2)
    bench.lines(
        "raw.video_work", VIDEO,
        (1, "夜 查", "2023-06-01 20:00", "1.2万", "-", "<0.1%", None, None),
        (2, "夜查", "2023/6/1 20:00:00", "13000", "5", None, "45", None),
        (1, "乙", "2023-06-30", "1", "1", "0.5", None, "w1"),
        (1, "丙", "2023-07-01", "1", "1", None, "101", "w2"), source="v",
    )  # fmt: skip
    rows = bench.run("staging.video_row", "staging.video_version")
    bench.put("raw.account", {"account_id": "v", "platform": "channels"})
    assert {row["title"] for row in bench.run("mart.video")} == {"夜查", "乙"}, (
        "1 July is after the day of the figures"
    )
    assert pick(
        [row for row in rows if row["title"] != "丙"],
        "load_seq title plays likes finish_rate finish_rate_is_bound has_clock",
    ) == [
        (1, "乙", 1, 1, 0.5, False, False),
        (1, "夜 查", 12_000, None, pytest.approx(0.001), True, True),
        (2, "夜查", 13_000, 5, 0.45, False, True),
    ]
    by_title = {row["title"]: row["video_id"] for row in rows}
    assert by_title["夜 查"] == by_title["夜查"] != by_title["乙"] == "w1", (
        "blanks in a caption do not make another work"
    )


@pytest.mark.parametrize("other", ["视频", "短视频", "1-3min视频", " 小视频 ", "-", None])
def test_a_video_is_one_work_however_its_kind_is_spelled(other: str | None) -> None:
    """Two exports of one platform name the kind in two ways.

    Pictures of the same minute are another work.
    """
    bench = FullBench()
    bench.files(1, 2)
    bench.lines(
        "raw.video_work", "load_seq title published_at form plays",
        (1, "夜查", "2023-06-01 20:00:05", "1min-视频", "10"),
        (1, "夜查", "2023-06-01 20:00:40", "图文", "3"),
        (2, "夜查", "2023-06-01 20:00", other, "12"), (2, "夜查", "2023-06-01 20:00", "图集", "4"),
        source="v",
    )  # fmt: skip
    rows = bench.run("staging.video_row", "staging.video_version")
    bench.put("raw.account", {"account_id": "v", "platform": "douyin"})
    # the video was played 10, then 12 times; the pictures 3, then 4 times
    assert len(rows) == 4
    assert sorted(row["plays"] for row in bench.run("mart.video")) == [4, 12]


def test_two_videos_of_one_file_in_one_minute_stay_two_whatever_their_lengths() -> None:
    bench = FullBench()
    bench.files(1, 2)
    bench.lines(
        "raw.video_work", "load_seq title published_at form plays",
        (1, "夜查", "2023-06-01 20:00:05", "1min-视频", "10"),
        (1, "晨查", "2023-06-01 20:00:40", "1-3min视频", "3"),
        (2, "夜查", "2023-06-01 20:00:05", "视频", "12"),
        (2, "晨查", "2023-06-01 20:00:40", "视频", "4"), source="v",
    )  # fmt: skip
    bench.run("staging.video_row", "staging.video_version")
    bench.put("raw.account", {"account_id": "v", "platform": "douyin"})
    assert sorted(pick(bench.run("mart.video"), "title plays")) == [("夜查", 12), ("晨查", 4)]


def test_video_takes_each_columns_newest_known_value() -> None:
    bench = FullBench(as_of=d("2023-06-08"))
    bench.put("raw.account", {"account_id": "v", "platform": "channels"})
    bench.lines(
        "staging.video_version", "load_seq plays reads likes finish_rate finish_rate_is_bound",
        (1, 10, None, 3, 0.001, True), (2, 12, None, None, None, False), account_id="v",
        video_id="x", title="t",
        published_on=d("2023-06-01"),
    )  # fmt: skip
    found = pick(
        bench.run("mart.video"),
        "platform plays reads likes finish_rate finish_rate_is_bound is_provisional",
    )
    assert found == [("channels", 12, None, 3, 0.001, True, False)]
