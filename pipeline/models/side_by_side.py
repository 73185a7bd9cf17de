"""Do the work of many models on several connections: each model once those that it reads are done."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

    import duckdb

    from pipeline.models.model import Model


def side_by_side(
    con: duckdb.DuckDBPyConnection,
    connect: Callable[[], duckdb.DuckDBPyConnection] | None,
    models: Sequence[Model],
    work: Callable[[duckdb.DuckDBPyConnection, Model], object],
    step: Callable[[str], None],
) -> None:
    """Call `work` once for every model, in an order that they allow; `step` before each, here.

    Without `connect` the models are worked on one after another, as they are given. With it a
    second connection helps once it is open. What `work` raises ends it: the other connection
    finishes its model, no further one begins.
    """
    if connect is None:
        for model in models:
            step(model.table)
            work(con, model)
        return

    def worked(on: duckdb.DuckDBPyConnection, model: Model) -> duckdb.DuckDBPyConnection:
        work(on, model)
        return on

    place = {model.table: number for number, model in enumerate(models)}
    order = TopologicalSorter({model.table: model.reads & place.keys() for model in models})
    order.prepare()
    idle, ready = [con], set[str]()
    with ThreadPoolExecutor(2, "models") as threads:
        # what each gives back is a connection that is idle again
        running: dict[Future[duckdb.DuckDBPyConnection], str] = {threads.submit(connect): ""}
        while order.is_active():
            ready.update(order.get_ready())
            while ready and idle:
                table = min(ready, key=place.__getitem__)
                ready.remove(table)
                step(table)
                running[threads.submit(worked, idle.pop(), models[place[table]])] = table
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                table = running.pop(future)
                idle.append(future.result())
                if table:
                    order.done(table)
