"""A night with every hostile file of the corpus in its inbox.

Each is refused with a reason or read right, and the honest ones load.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from benchmarks.hostile import all_cases
from benchmarks.hostile.case import SMALL, Case, delimited
from benchmarks.hostile.places import (
    ODD_NAMES,
    plant_bad_odd_names,
    plant_no_files,
    plant_odd_names,
)
from pipeline.ingest.files.unpack import BETWEEN
from pipeline.ingest.inbox import scan
from tests.support.homes import CHECKOUT, make_home, pipeline, rows, run

CASES = all_cases(SMALL)
AS_OF = "2026-07-31"


@dataclass(frozen=True)
class Verdict:
    """What ops.file says of one file."""

    status: str
    reason: str
    reason_en: str
    loaded: int


@pytest.fixture(scope="module")
def night(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[dict[str, Verdict], dict[str, Any], Path]:
    home = make_home(tmp_path_factory.mktemp("hostile"))
    for number, case in enumerate(CASES):
        folder = "news" if case.name.startswith("feed") else "main-wechat"
        case.make(home / "inbox" / folder / f"{number}.xls")
    (home / "inbox" / "side-wechat" / "honest.csv").write_text(delimited(), "utf-8")
    told = run(home, AS_OF, code=3)
    found = rows(home, "select original_name, status, reason, reason_en, rows_loaded from ops.file")
    verdicts = {
        # what is in an archive has its name in front
        name.split(BETWEEN)[0]: Verdict(status, reason or "", reason_en or "", loaded)
        for name, status, reason, reason_en, loaded in found
    }
    return verdicts, told, home


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: CASES[number].name)
def test_each_is_refused_with_a_reason_or_read_right(
    night: tuple[dict[str, Verdict], dict[str, Any], Path], number: int
) -> None:
    case: Case = CASES[number]
    found = night[0][f"{number}.xls"]
    if case.rows is not None:
        assert (found.status, found.reason) == ("loaded", "")
    if case.words is not None:
        assert found.status == "quarantined"
        assert case.words in found.reason_en
    if found.status == "quarantined":
        for reason in (found.reason, found.reason_en):
            assert 0 < len(reason) < 1_000
            assert reason.isprintable()


def test_the_honest_file_loads_and_the_inbox_is_empty(
    night: tuple[dict[str, Verdict], dict[str, Any], Path],
) -> None:
    verdicts, told, home = night
    assert verdicts["honest.csv"] == Verdict("loaded", "", "", 1)
    assert told["status"] == "published"
    assert len(verdicts) == len(CASES) + 1
    assert rows(
        home,
        "select followers from mart.account_daily where account_id = 'side-wechat' and date = '2026-07-13'",
    ) == [(83285,)]  # fmt: skip
    assert scan(home / "inbox") == []


def test_what_a_cell_says_without_a_result_is_told(
    night: tuple[dict[str, Verdict], dict[str, Any], Path],
) -> None:
    _, _, home = night
    found = rows(
        home,
        (
            "select value, reason from ops.rejected_row union all select value, reason from "
            "ops.unreadable_value"
        ),
    )
    told = {value for value, _ in found}
    assert {"=1+1", "#DIV/0!"} <= told


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_home(tmp_path / "home")


def test_odd_names_are_loaded_archived_and_shown_harmlessly(home: Path) -> None:
    count = plant_odd_names(home / "inbox" / "main-wechat")
    told = run(home, AS_OF)
    assert told["files"]["loaded"] == count
    assert rows(home, "select count(*) from mart.account_daily where followers > 1000") == [
        (count,)
    ]
    names = [name for (name,) in rows(home, "select original_name from ops.file")]
    assert all(name.isprintable() for name in names)
    assert [name[:4] for name in names if name.endswith(" in GBK.csv")] == ["\\xce"]
    assert scan(home / "inbox") == []
    assert pipeline(home, "status").returncode == 0
    assert pipeline(home, "rebuild", "--as-of", AS_OF).returncode == 0
    assert rows(home, "select count(*) from mart.account_daily where followers > 1000") == [
        (count,)
    ]


def test_refused_files_of_odd_names_are_all_kept_with_their_reasons(home: Path) -> None:
    inbox = home / "inbox" / "main-wechat"
    # its reason's name is that of another file
    (inbox / "a.csv").write_text("no table at all\n", "utf-8")
    count = plant_bad_odd_names(inbox) + 1
    assert run(home, AS_OF, code=3)["files"]["quarantined"] == count
    kept = list((home / "quarantine").iterdir())
    reasons = [path for path in kept if path.read_bytes().startswith(b"no table") is False]
    assert len(reasons) == count
    assert len(kept) == 2 * count
    assert (
        len({path.read_bytes() for path in kept} - {path.read_bytes() for path in reasons}) == count
    )
    # too long, or taken
    assert sum(os.fsencode(path.name) in ODD_NAMES for path in kept) >= len(ODD_NAMES) - 3


def test_what_is_no_file_is_refused_and_never_opened(home: Path, tmp_path: Path) -> None:
    inbox = home / "inbox" / "main-wechat"
    outside = tmp_path / "outside" / "secret.csv"
    outside.parent.mkdir()
    outside.write_text(delimited(), "utf-8")
    planted = plant_no_files(inbox, outside)
    (inbox / "a folder.csv").mkdir()
    (inbox / "a folder.csv" / "in it.csv").write_text(delimited(), "utf-8")
    told = run(home, AS_OF, code=3)
    assert told["files"] == {"loaded": 1, "duplicate": 0, "quarantined": len(planted), "growing": 0}
    reasons = {one["file"]: one["reason_en"] for one in told["quarantined"]}
    assert reasons.keys() == planted.keys()
    assert all(word in reasons[name] for name, word in planted.items())
    assert outside.read_text("utf-8") == delimited()
    assert scan(home / "inbox") == []


def test_a_hard_link_is_copied_so_that_nobody_changes_the_archive(
    home: Path, tmp_path: Path
) -> None:
    own = tmp_path / "mine.csv"
    own.write_text(delimited(), "utf-8")
    (home / "inbox" / "main-wechat" / "x.csv").hardlink_to(own)
    run(home, AS_OF)
    own.write_text("changed", "utf-8")
    (archived,) = (home / "archive").glob("*/*.csv")
    assert archived.read_text("utf-8") == delimited()


READ_AS_NOBODY = """
import json, os, sys  # all that is needed, while it may be read
from pathlib import Path
from pipeline.ingest.inbox import scan
os.setgroups([]); os.setgid(65534); os.setuid(65534)
print(json.dumps([(file.path.name, file.kind, bool(file.sha256)) for file in scan(Path(sys.argv[1]))]))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not read")
def test_closed_files_and_folders_are_told(tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(0o755)
    (tmp_path / "closed.csv").write_text("x", "utf-8")
    (tmp_path / "closed.csv").chmod(0)
    (tmp_path / "folder").mkdir(mode=0o700)
    (tmp_path / "open.csv").write_text("x", "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", READ_AS_NOBODY, str(tmp_path)], cwd=CHECKOUT, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    # no digest: the file stays, and is read once it may be; the folder is known by its name
    told = [["closed.csv", "file", False], ["folder", "closed", True], ["open.csv", "file", True]]
    assert sorted(json.loads(done.stdout)) == told, done.stderr


def test_a_file_that_vanishes_while_the_inbox_is_looked_through_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    news = tmp_path / "news"
    news.mkdir()
    for name in ("a.csv", "b.csv"):
        (news / name).write_text("x", "utf-8")
    whole = os.walk

    def walk(*words: Any, **more: Any) -> Any:
        for found in whole(*words, **more):
            (news / "a.csv").unlink(missing_ok=True)
            yield found

    monkeypatch.setattr(os, "walk", walk)
    assert [file.path.name for file in scan(tmp_path)] == ["b.csv"]
