"""Spoiled files: whatever stands in them, reading gives a sound result or refuses with a reason.

Never anything else.

FUZZ=2000 tries more of each kind than an ordinary run.
"""

from __future__ import annotations

import os
from datetime import date
from random import Random
from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from benchmarks.mutate import KINDS, good, spoiled
from benchmarks.verdict import broken_promises
from collectors.layout import Table, load_layouts
from collectors.model import ReadResult
from collectors.read.worker_pool import Reader
from collectors.unreadable import Unreadable
from pipeline.config.checkout import LAYOUT_FOLDER, TRANSFORMS
from pipeline.ingest.validate import READERS, faults_sql
from pipeline.models.build import load_functions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LAYOUTS = load_layouts(LAYOUT_FOLDER)
TRIES = int(os.environ.get("FUZZ", "40"))
often = settings(
    max_examples=TRIES, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """A child of its own, as at night.

    A spoiled .xls can make the parser ask for all the memory there is.
    """
    with Reader(LAYOUTS, memory=1 << 30) as reader:
        yield reader


@pytest.mark.parametrize("kind", KINDS)
def test_the_unspoiled_file_is_read(reader: Reader, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(good(kind))
    assert reader.read(path).row_count >= 1


@pytest.mark.parametrize("kind", KINDS)
@often
@given(seed=st.integers(0, 2**32))
def test_a_spoiled_file_is_refused_or_read_soundly(
    reader: Reader, kind: str, seed: int, tmp_path: Path
) -> None:
    path = tmp_path / "x"
    # a seed, so that it can be tried again
    path.write_bytes(spoiled(kind, Random(seed)))  # noqa: S311
    assert broken_promises(reader.read, path) == []


@often
@given(data=st.binary(max_size=3000))
@example(data=b"PK\x03\x04").via("a zip that is none")
@example(data=bytes.fromhex("D0CF11E0A1B11AE1") * 300).via("an OLE2 container that is none")
def test_any_bytes_are_refused_or_read_soundly(reader: Reader, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    assert broken_promises(reader.read, path) == []


def test_a_broken_promise_would_be_seen(tmp_path: Path) -> None:
    def careless(_: Path) -> ReadResult:
        raise KeyError("surprise")

    def silent(_: Path) -> ReadResult:
        raise Unreadable("", "why")

    assert broken_promises(careless, tmp_path) == ["KeyError: 'surprise'"]
    assert broken_promises(silent, tmp_path) == ["no proper reason: ''"]


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    load_functions(con, TRANSFORMS)
    return con


_SIGNS = st.text(
    alphabet="0123456789９.,，-－+%％万亿wEe约近余多≥<:：年月日时分秒/ TZAP昨天前小周\"'\u200b１½٣~至",
    max_size=16,
)
_KNOWN = st.sampled_from(
    (
        "2026-07-13", "46000.5", "1700000000123", "7月15日-17日",
        "Mon, 13 Jul 2026 10:00:00 +0800", "20260713T101010Z", "99999999999:59:59", "9" * 400,
        "2026-07-13T10:00:00+99:99", "9999-12-31", "2999-02-30", "999天前", "昨天 99:99", "9e99",
        "13-Jul-26", "59999." + "9" * 50, "12:99 PM", "1" + "0" * 15,
    )
)  # fmt: skip


_ALWAYS = (
    "https://www.bing.com/news/apiclick.aspx?ref=x&url=http%3a%2f%2fa.cn%2f%D6%D0",
    "https://www.google.com/url?url=http%zz",
)
_MOMENTS = (
    "2026-07-13 10:00", "2026-07-13T02:00:00Z", "20260713T020000Z",
    "Mon, 13 Jul 2026 02:00:00 GMT", "46216.5", "1783908000",
    "2026年7月13日 25:99", "2026/7/13 10时", "13-Jul-26 10:00 PM", "10:30", "2026-02-30 10:00",
)  # fmt: skip
ALL_MACROS = {
    **READERS, "range": "to_range_end({0}, default_year)", "masked": "masked({0})",
    "clock": "has_clock({0})",
    "relative": "relative_moment({0}, timestamp '2026-07-13 10:00:00')",
    "title": "plain_title({0})", "capped": "is_capped({0})",
}  # fmt: skip


few = settings(max_examples=3, deadline=None, derandomize=True, database=None)
_TEXTS = st.lists(
    st.one_of(
        _SIGNS, st.tuples(_KNOWN, _SIGNS).map("".join), st.tuples(_SIGNS, _KNOWN).map("".join),
    ),
    min_size=100, max_size=200,
)  # fmt: skip


def fill_cells(con: duckdb.DuckDBPyConnection, texts: list[str]) -> None:
    con.execute(
        (
            "create or replace temp table cells as select unnest($1) as x, unnest([null, "
            "2026]::integer[]) as default_year"
        ),
        [texts],
    )


@few
@given(texts=_TEXTS)
def test_no_text_makes_a_macro_fail(con: duckdb.DuckDBPyConnection, texts: list[str]) -> None:
    """One cell that a macro chokes on would cost its whole file, or in staging the whole night."""
    fill_cells(con, [*texts, *_ALWAYS])
    for kind, macro in ALL_MACROS.items():
        try:
            con.execute(f"select count({macro.format('x')}) from cells")
        except duckdb.Error as error:
            raise AssertionError(f"{kind}: {error}") from error


@few
@given(texts=_TEXTS)
def test_what_is_judged_unreadable_is_what_cannot_be_read(
    con: duckdb.DuckDBPyConnection, texts: list[str]
) -> None:
    """Judging takes a shorter expression for moments than reading does."""
    fill_cells(con, [*texts, *_MOMENTS])
    # beyond what means “none” (无, 暂无链接), what is no address for the judge is none for the reader
    silent = "not lacks_address(x) and to_url(x) is null and length(trim(x)) > 4"
    assert con.execute(f"select x from cells where {silent}").fetchall() == []
    for kind, reader in READERS.items():
        if kind == "url":  # a filler such as 无 is no address and needs none
            continue
        table = Table.model_validate(
            {
                "table": "it",
                "key": ["x"],
                "columns": [{"name": "x", "labels": ["甲"], "kind": kind}],
            }
        )
        judged = con.execute(
            "with suspect as (select row_number() over () as ordinal, x, default_year from cells) "
            f"select value from ({faults_sql(table, date(2026, 7, 13))}) where fault = 'unreadable'"
        ).fetchall()
        unread = con.execute(
            f"select x from cells where not is_blank(x) and {reader.format('x')} is null"
        ).fetchall()
        assert sorted(judged) == ([] if kind in {"text", "caption"} else sorted(unread)), kind
    (read,) = con.execute(
        f"select count({READERS['datetime'].format('x')}) from cells"
    ).fetchone() or (0,)
    # 25:99 is no clock, 10:30 has no day, February has no 30th
    assert read >= len(_MOMENTS) - 3


@pytest.mark.parametrize("text", ["9" * 400, "1e99", "99999亿亿", "9" * 16, "10000亿"])
def test_a_figure_larger_than_the_world_is_none(con: duckdb.DuckDBPyConnection, text: str) -> None:
    """Infinity, or a sum beyond 64 bits, would stop a mart and with it every night while the file waits."""
    for kind in ("count", "net", "number", "percent", "rate", "seconds"):
        (value,) = con.execute(
            f"select {READERS[kind].format('x')} from (select $1 as x, null::integer as default_year)",
            [text],
        ).fetchone() or ()  # fmt: skip
        assert value is None, kind
