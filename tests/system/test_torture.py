"""The judge of the torture sees what it must.

Half a night, a lost file, a figure that differs, a call too early, a mail taken twice.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from benchmarks.invariants import contents, differences, fingerprint, lost
from benchmarks.torture.__main__ import lines_of
from benchmarks.torture.powercut import Call, Disk, broken_order, write
from benchmarks.torture.rounds import Outcome

HOME = Path("/h")
MOVE = Call("rename", "/h/inbox/main/a.csv", "/h/archive/ab/x.csv")
NOTE = Call("rename", "/h/archive/ab/.x.main.json.part", "/h/archive/ab/x.main.json")
PUBLISH = Call("rename", "/h/.build/warehouse.duckdb", "/h/warehouse.duckdb")


def sync(path: str) -> Call:
    return Call("sync", path)


RIGHT = [
    sync("/h/inbox/main/a.csv"), sync("/h/inbox/main"),
    Call("write", "/h/.build/warehouse.duckdb"), sync("/h/.build/warehouse.duckdb"), PUBLISH,
    sync("/h"),
    Call("mkdir", "/h/archive/ab"), Call("create", NOTE.path), Call("write", NOTE.path),
    sync(NOTE.path), NOTE, sync("/h/archive/ab"), sync("/h/archive"),
    MOVE, sync("/h/archive/ab"), Call("unlink", "/h/inbox/main/again.csv"),
]  # fmt: skip


def warehouse(home: Path, value: str) -> Path:
    home.mkdir(exist_ok=True)
    (home / "warehouse.duckdb").unlink(missing_ok=True)
    with duckdb.connect(home / "warehouse.duckdb") as con:
        con.execute(
            f"create schema mart; create table mart.t as select {value} as v, now() as ingested_at"
        )
    return home


def test_a_cell_that_differs_is_seen_and_the_time_of_the_run_is_not(tmp_path: Path) -> None:
    one, same, other = (
        fingerprint(warehouse(tmp_path / "h", value)) for value in ("1", "1", "null")
    )
    assert differences(one, same) == []
    assert differences(other, one) == ["mart.t"]
    assert differences(other, one, other) == []


def test_a_mixture_of_two_nights_is_neither() -> None:
    before, after = {"a": (1, 1), "b": (1, 1)}, {"a": (2, 2), "b": (2, 2)}
    assert differences({"a": (2, 2), "b": (1, 1)}, before, after) != []
    assert differences(after, before, after) == []


def test_a_torn_file_is_no_warehouse(tmp_path: Path) -> None:
    home = warehouse(tmp_path / "h", "1")
    content = (home / "warehouse.duckdb").read_bytes()
    (home / "warehouse.duckdb").write_bytes(content[:5000])
    with pytest.raises(duckdb.Error):
        fingerprint(home)


def test_a_file_is_lost_only_when_it_is_nowhere(tmp_path: Path) -> None:
    for name in ("inbox", "archive", "quarantine"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "f").write_text(name, "utf-8")
    dropped = contents(tmp_path / "inbox", tmp_path / "archive", tmp_path / "quarantine")
    assert (len(dropped), lost(tmp_path, dropped)) == (3, 0)
    (tmp_path / "quarantine" / "f").unlink()
    assert lost(tmp_path, dropped) == 1


def test_the_page_names_what_broke() -> None:
    lines = lines_of([Outcome("kill", 3, 2, ["seed 7 round 1: lost"])], 7, 12.4)
    assert "| kill | 3 | 2 | 1 |" in lines
    assert lines[-1] == "- kill: seed 7 round 1: lost"


def without(call: Call) -> list[Call]:
    return [one for one in RIGHT if one != call]


@pytest.mark.parametrize(
    ("calls", "problem"),
    [
        (RIGHT, None),
        (
            without(sync("/h/.build/warehouse.duckdb")),
            "/h/warehouse.duckdb: renamed before its content was on disk",
        ),
        (
            without(sync("/h/inbox/main/a.csv")),
            "/h/archive/ab/x.csv: renamed before its content was on disk",
        ),
        (without(sync(NOTE.path)), "x.main.json: renamed before its content was on disk"),
        (without(sync("/h")), "a.csv: left the inbox before /h/warehouse.duckdb was on disk"),
        (without(sync("/h/archive")), "a.csv: left the inbox before /h/archive/ab was on disk"),
        (
            [*RIGHT[:11], *RIGHT[12:]],
            "a.csv: left the inbox before /h/archive/ab/x.main.json was on disk",
        ),
        ([*RIGHT[:14], RIGHT[15]], "again.csv: deleted before /h/archive/ab/x.csv was on disk"),
        (RIGHT[:14], "/h/archive/ab/x.csv: its folder was never synced"),
        (
            [*RIGHT[:4], Call("write", PUBLISH.path), *RIGHT[4:]],
            "/h/warehouse.duckdb: renamed before its content",
        ),
    ],
)
def test_a_call_too_early_is_seen(calls: list[Call], problem: str | None) -> None:
    found = broken_order(calls, HOME)
    assert problem is None or any(problem in text for text in found), found
    assert problem is not None or found == []


def disk(tmp_path: Path) -> Disk:
    """A folder with one file on disk, as `old`."""
    (tmp_path / "old").write_text("old", "utf-8")
    (tmp_path / "new").write_text("new", "utf-8")
    return Disk({"/h/f": 0}, {0: tmp_path / "old"}, live={"/h/f": 0})


@pytest.mark.parametrize(
    ("calls", "found"),
    [
        (lambda _: [], {"f": "old"}),
        (lambda _: [Call("create", "/h/g"), sync("/h")], {"f": "old", "g": ""}),
        (lambda new: [Call("create", "/h/g"), Call("sync", "/h/g", new)], {"f": "old"}),
        (lambda new: [Call("create", "/h/g"), Call("sync", "/h/g", new),
            Call("rename", "/h/g", "/h/f")], {"f": "old"}),
        (lambda new: [Call("create", "/h/g"), Call("sync", "/h/g", new),
            Call("rename", "/h/g", "/h/f"), sync("/h")], {"f": "new"}),
        (lambda _: [Call("create", "/h/g"), Call("rename", "/h/g", "/h/f"), sync("/h")], {"f": ""}),
        # its folder is gone
        (lambda _: [Call("mkdir", "/h/d"), Call("rename", "/h/f", "/h/d/f"), sync("/h/d")], {}),
        (lambda _: [Call("mkdir", "/h/d"), Call("rename", "/h/f", "/h/d/f"), sync("/h")],
            {"d/f": "old"}),
        (lambda _: [Call("unlink", "/h/f")], {"f": "old"}),
        (lambda _: [Call("unlink", "/h/f"), sync("/h")], {}),
    ],
)  # fmt: skip
def test_a_power_cut_leaves_what_was_synced(
    tmp_path: Path, calls: Callable[[str], list[Call]], found: dict[str, str]
) -> None:
    world = disk(tmp_path)
    for call in calls(str(tmp_path / "new")):
        world.do(call)
    write(world, world.found(None), HOME, tmp_path / "home")
    left = {
        str(path.relative_to(tmp_path / "home")): path.read_text("utf-8")
        for path in (tmp_path / "home").rglob("*")
        if path.is_file()
    }  # fmt: skip
    assert left == found
