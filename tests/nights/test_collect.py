"""The collect step.

What fetchers bring lies in the inbox, what they could not bring is told to a person.
"""

import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest

from collectors.fetch.types import Fetched, Request, Trouble
from pipeline.base.log import JsonLines
from pipeline.config.home import Home
from pipeline.config.settings import Fetch
from pipeline.ingest.fetch import collect
from tests.support.homes import CONFIG, growth_html, make_home, pipeline, rows, run

BROKEN = CONFIG + '[[fetch]]\nuse = "nowhere"\nsource = "main-wechat"\n'


def _fetch(request: Request) -> Iterator[Fetched | Trouble]:
    if not request.have("a.json"):
        yield Fetched(request.source, "a.json", b"{}")
    yield Trouble(request.source, "b", transient=True, reason="忙")
    yield Fetched(request.source, "../evil", b"x")
    raise RuntimeError("https://example.org/?access_token=SECRET")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    module = ModuleType("collectors.fetch.for_test")
    module.fetch = _fetch  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "collectors.fetch.for_test", module)
    return Home(make_home(tmp_path))


def _entries(*sources: str) -> tuple[Fetch, ...]:
    return tuple(Fetch(use="for_test", source=source) for source in sources)


def test_every_item_has_an_outcome_and_one_source_stops_no_other(home: Home) -> None:
    settings = home.settings().model_copy(update={"fetch": _entries("main-wechat", "side-wechat")})
    found = collect(home, settings)
    # per source: the file, the transient trouble, the refused name, the interruption
    assert [one.status for one in found] == ["fetched", "transient", "permanent", "permanent"] * 2
    assert found[0].size == 2
    assert (home.inbox / "main-wechat" / "a.json").read_bytes() == b"{}"
    assert (home.inbox / "side-wechat" / "a.json").read_bytes() == b"{}"
    assert not (home.inbox / "evil").exists()
    assert not any("SECRET" in (one.reason or "") for one in found)
    assert sorted(path.name for path in (home.inbox / "main-wechat").iterdir()) == ["a.json"]


def test_a_crash_keeps_its_file_and_line_in_the_log_and_never_its_text(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    settings = home.settings().model_copy(update={"fetch": _entries("main-wechat")})
    collect(home, settings)
    (crash,) = [record for record in caplog.records if record.getMessage() == "fetcher crashed"]
    line = _fetch.__code__.co_firstlineno + 5  # the raise
    assert vars(crash)["at"][-1] == f"test_collect.py:{line} _fetch"
    assert not any("SECRET" in JsonLines().format(record) for record in caplog.records)


def test_a_file_that_waits_is_not_fetched_again(home: Home) -> None:
    settings = home.settings().model_copy(update={"fetch": _entries("main-wechat")})
    collect(home, settings)
    assert [one.status for one in collect(home, settings)] == [
        "transient",
        "permanent",
        "permanent",
    ]


def test_a_night_with_a_broken_fetcher_publishes_and_asks_for_a_person(tmp_path: Path) -> None:
    home = make_home(tmp_path, BROKEN)
    yesterday = Home(home).settings().default_as_of()
    day = (growth_html((yesterday.isoformat(), "5", "2", "3", "100")),)
    (home / "inbox" / "main-wechat" / "g.xls").write_text(day[0], "utf-8")
    told = run(home, yesterday.isoformat(), code=3)
    assert told["fetched"] == 0
    assert "nowhere" in told["not_fetched"][0]
    assert rows(home, "select source, fetcher, item, status, bytes from ops.fetch_log") == [
        ("main-wechat", "nowhere", "nowhere", "permanent", None)
    ]
    assert rows(home, "select files_loaded, exit_code from ops.run") == [(1, 3)]
    # switched off, or for a day that is past: nothing is fetched, nothing is complained about
    assert pipeline(home, "run", "--no-fetch").returncode == 0
    run(home, (yesterday - timedelta(days=1)).isoformat())
    assert rows(home, "select count(*) from ops.fetch_log") == [(1,)]


def test_a_fetch_into_an_unknown_folder_is_a_configuration_error(tmp_path: Path) -> None:
    home = make_home(tmp_path, BROKEN.replace('source = "main-wechat"', 'source = "elsewhere"'))
    done = pipeline(home, "run")
    assert done.returncode == 2
    assert "elsewhere" in done.stderr
