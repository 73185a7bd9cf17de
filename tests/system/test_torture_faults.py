"""One or two rounds of each family of faults, on a real night; `make torture` makes hundreds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from functools import partial
from pathlib import Path

import pytest

from benchmarks.small_office import pipeline
from benchmarks.torture import clock, crowd, desk, disk, kills, mail, powercut
from benchmarks.torture.outbox_cuts import outbox_cuts
from benchmarks.torture.rounds import (
    NIGHT,
    Bench,
    Fault,
    prepare,
    recovers,
    scratch,
    stands,
    suffer,
)
from benchmarks.torture.shim import Shim, compiled
from pipeline.config.checkout import CHECKOUT
from pipeline.config.home import command


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return prepare(tmp_path_factory.mktemp("torture"))


@pytest.fixture(scope="module")
def library(bench: Bench) -> Path:
    found = compiled(bench.folder)
    if not found:
        pytest.skip("no C compiler")
    return found


def test_the_night_tells_its_moments_and_the_judge_sees_a_broken_promise(bench: Bench) -> None:
    assert bench.before != bench.after
    steps = [
        "copy",
        "land",
        "transform",
        "publish",
        "publish: on disk",
        "publish: renamed",
        "publish: done",
        "archive",
    ]
    assert [name for name in bench.moments if name in steps] == steps
    assert {
        "main/c.csv",
        "mart.target_progress",
        "moved login.html",
        "cleared main/again.csv",
    } <= set(bench.moments)
    with scratch(bench) as home:
        for code in (0, 3):
            assert list(stands(bench, home, code)) == [
                f"the night ended with {code}, but its figures are not published"
            ]
        shutil.rmtree(home / "inbox" / "news")
        found = list(recovers(bench, home))
        assert any("lost" in problem for problem in found)
        assert any("differ" in problem for problem in found)


def test_killed_again_and_again(bench: Bench) -> None:
    moved = next(name for name in bench.moments if name.startswith("moved"))
    named = [
        Fault(name, partial(kills.ended_at, name)) for name in ("land", "publish: on disk", moved)
    ]
    outcome = suffer(
        bench, "kills", [Fault("random", partial(kills.killed, bench.seconds / 3)), *named]
    )
    assert (outcome.rounds, outcome.cut, outcome.broken) == (4, 4, [])


def test_a_reading_process_that_is_killed_costs_no_file(bench: Bench) -> None:
    outcome = suffer(bench, "child", [Fault("child", partial(kills.child_killed, 0.0))])
    assert outcome.broken == []


def test_calls_that_fail(bench: Bench, library: Path) -> None:
    """The first rename publishes: it fails, and the old night stands.

    A read that fails leaves its file in the inbox.
    """
    cases = (("rename", 1, 5), ("open", 40, 13), ("write", 30, 0), ("read", 17, 5))
    faults = [
        Fault(f"{call} {number}", partial(disk.failing, library, call, number, how))
        for call, number, how in cases
    ]
    outcome = suffer(bench, "calls", faults)
    assert outcome.broken == []
    assert outcome.cut >= 1


def test_a_file_that_the_disk_does_not_give_waits_and_stops_nobody(
    bench: Bench, library: Path
) -> None:
    with scratch(bench) as home:
        sick = home / "inbox" / "main" / "c.csv"
        shim = Shim(library, sick, home.parent / "shim")
        env = shim.env(CALL="open", NTH=1, LAST=1000, HOW=5)
        done = subprocess.run(
            command(home, *NIGHT, "--json"), cwd=CHECKOUT, env=env, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        result = json.loads(done.stdout)
        assert (done.returncode, result["unavailable"]) == (3, ["main/c.csv"])
        assert result["files"] == {"loaded": 3, "duplicate": 1, "quarantined": 1, "growing": 1}
        assert [path.name for path in (home / "inbox").rglob("*.*")] == ["c.csv"]
        assert pipeline(home, *NIGHT).returncode == 0
        assert not list((home / "inbox").rglob("*.*"))


@pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("unshare"), reason="needs root and unshare"
)
def test_a_full_filesystem(bench: Bench) -> None:
    outcome = disk.full_filesystem(bench, 2)
    assert (outcome.rounds, outcome.broken) == (2, [])
    assert outcome.cut >= 1, "at least the tighter disk cuts its night short"


def test_power_cut(bench: Bench, library: Path, tmp_path: Path) -> None:
    recording = powercut.recorded(bench, library, tmp_path)
    assert powercut.order(recording).broken == []
    assert powercut.cuts(bench, recording, 1, 7).broken == []
    inbox = [
        n
        for n, call in enumerate(recording.calls, 1)
        if call.more and "/inbox/" in call.path and call.op == "sync"
    ]
    # half of the inbox is on disk, the night is not: which file is the newer must be known as
    # before
    assert powercut.cut(bench, recording, inbox[2], lucky=False, seed=7) == []


def test_the_newest_file_wins_when_the_clock_was_set_back(bench: Bench, library: Path) -> None:
    assert (
        clock.clocks(
            bench, library, ("back 3 days between nights", "26 h ahead, then right")
        ).broken
        == []
    )


def test_everybody_at_once(bench: Bench) -> None:
    outcome = crowd.all_at_once(bench, 1)
    assert (outcome.rounds, outcome.broken) == (1, [])


def test_the_desk_is_killed_and_an_upload_is_loaded_once(bench: Bench) -> None:
    names = desk.moments(bench)
    assert names[:2] == ("desk: received", "desk: checked")
    assert {"desk: copied", "desk: in the inbox", "desk: submitted"} <= set(names)
    outcome = desk.killed(bench, 1)
    assert (outcome.rounds, outcome.cut, outcome.broken) == (1, 1, [])


@pytest.fixture(scope="module")
def post(bench: Bench) -> mail.Post:
    return mail.queued(bench, bench.folder)


def test_a_power_cut_between_two_mails(post: mail.Post, library: Path) -> None:
    outcome = outbox_cuts(post, library, 7)
    assert outcome.rounds > 40
    assert outcome.broken == []


def test_a_mail_server_that_fails_and_a_sender_that_dies(post: mail.Post) -> None:
    assert {"mail_connect", "mail_sending", "mail_accepted", "mail_sent"} <= set(post.moments)
    assert mail.failing_server(post, ("STARTTLS", "TAKEN", "QUIT"), ("drop",)).broken == []
    only = mail.Post(post.home, ("mail_accepted",))
    assert mail.killed_sender(only, 0, 7).broken == []
