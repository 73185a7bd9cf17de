"""Make many tables on two connections: each once those that it reads are there."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from concurrent.futures import Future

    import duckdb


def side_by_side(
    con: duckdb.DuckDBPyConnection,
    second: duckdb.DuckDBPyConnection | None,
    reads: Mapping[str, Collection[str]],
    make: Callable[[duckdb.DuckDBPyConnection, str], object],
    step: Callable[[str], None],
) -> None:
    """Call `make` once for every table of `reads`, which says what each one reads.

    `step` is called before each, in this thread. Without a second connection the tables are made
    one after another, as they are given. What `make` raises ends it: the other connection finishes
    its table, no further one begins.
    """
    if second is None:
        for table in reads:
            step(table)
            make(con, table)
        return

    def made(on: duckdb.DuckDBPyConnection, table: str) -> duckdb.DuckDBPyConnection:
        make(on, table)
        return on

    place = {table: number for number, table in enumerate(reads)}
    order = TopologicalSorter({table: place.keys() & reads[table] for table in reads})
    order.prepare()
    idle, ready = [second, con], set[str]()
    with ThreadPoolExecutor(2, "tables") as threads:
        # what each gives back is a connection that is idle again
        running: dict[Future[duckdb.DuckDBPyConnection], str] = {}
        while order.is_active():
            ready.update(order.get_ready())
            while ready and idle:
                table = min(ready, key=place.__getitem__)
                ready.remove(table)
                step(table)
                running[threads.submit(made, idle.pop(), table)] = table
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                order.done(running.pop(future))
                idle.append(future.result())
