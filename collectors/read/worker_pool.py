"""Read files in child processes.

A parser that crashes, hangs or eats memory costs one file, not the run.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import pickle
import resource
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from collectors.model import MissingDependency, ReadResult, Unavailable, crashed
from collectors.read.read_ahead import Answers
from collectors.read.sniff import OLE2
from collectors.unreadable import Unreadable
from collectors.without_pandas import refuse_pandas

if TYPE_CHECKING:
    from collections.abc import Iterable
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from collectors.layout import Layout, Table
    from collectors.read.read_ahead import Answer, Request

    Sent = Answer | MissingDependency  # which no answer about a file is

MEMORY_LIMIT = 4 << 30
# What an .xls may take besides what the process has: one whose sectors form a ring is followed
# until memory ends. A sound one of
# 17 MB, 65,000 × 16 cells, takes 0.3 GB.
XLS_BASE, XLS_FACTOR = 1 << 30, 64
TIMEOUT_SECONDS = 120.0
CPU_A_SECOND = 4  # a parser may use several processors for each second it is given
START_SECONDS = 60.0
MOST_CHILDREN = 8
FILES_A_CHILD = 40  # what a second child must have to do, to be worth its start (half a second)
BYTES_A_CHILD = 20 << 20


class ReaderError(Exception):
    """The reading process itself cannot work: nothing about any file is known."""


def children_for(files: int, size: int) -> int:
    """Return how many children so many files of so many bytes together are worth.

    One a processor at most.
    """
    wanted = max(files // FILES_A_CHILD, size // BYTES_A_CHILD)
    return max(1, min(wanted, os.cpu_count() or 1, MOST_CHILDREN))


class Reader:
    """Reads files in children, one file at a time each.

    `read_all` gives several children something to do.
    """

    def __init__(
        self,
        layouts: dict[str, Layout],
        timeout: float = TIMEOUT_SECONDS,
        memory: int = MEMORY_LIMIT,
        *,
        at_once: bool = True,
    ) -> None:
        self._at_once = at_once
        self._settings = layouts, timeout, memory
        self._first = Child(*self._settings)
        self._others: list[Child] = []

    def __enter__(self) -> Self:
        if self._at_once:
            self._first.launch()  # it loads its parsers while the caller prepares
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def read(self, path: Path, place: str | None = None, name: str | None = None) -> ReadResult:
        """Read one file as `read_file` does.

        Unreadable also when the parser crashed, hung or ran out of memory, Unavailable when the
        disk fails.
        """
        return self._first.read((path, place, name))

    def read_all(self, files: Iterable[Request], children: int = 1) -> Answers:
        """Begin to read; the answers come in the files' order, a few read ahead."""
        self._others += [Child(*self._settings) for _ in range(children - 1 - len(self._others))]
        return Answers([self._first, *self._others[: children - 1]], files, self.stop)

    def stop(self) -> None:
        """Kill the processes; the next file gets a new one."""
        for child in [self._first, *self._others]:
            child.abandon()


class Child:
    """One reading process; when it dies or hangs it is replaced."""

    def __init__(self, layouts: dict[str, Layout], timeout: float, memory: int) -> None:
        self.timeout = timeout
        self._layouts, self._memory = layouts, memory
        self._context = multiprocessing.get_context("spawn")
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._is_ready = False
        self._died: int | None = None
        self._abandoned = 0  # how often nobody waited for an answer any more
        self._one_at_a_time = threading.RLock()  # starting and stopping
        self._tables = _tables(layouts)

    @property
    def pid(self) -> int | None:
        """The process's number, while it runs."""
        return self._process.pid if self._process else None

    def read(self, request: Request) -> ReadResult:
        """Read one file.

        Unreadable when it is refused, or the parser crashed, hung or ran out of memory, Unavailable
        when the disk fails.

        A child that dies is tried once more: the kernel may have killed it for memory that others
        took.
        """
        answer = self._ask(request) or self._ask(request)
        if answer is None:
            raise crashed(
                f"解析程序崩溃（{self._died}）", f"the parser crashed (exit {self._died})"
            )
        if isinstance(answer, ReadResult):
            return answer
        raise answer

    def _ask(self, request: Request) -> Sent | None:
        """Return the child's answer; None when it died over the question."""
        abandoned = self._abandoned
        pipe = self._start(abandoned)
        try:
            pipe.send(request)
            if not pipe.poll(self.timeout):
                self.stop()
                return crashed(
                    f"超过 {self.timeout:g} 秒没有读完", f"not read within {self.timeout:g} s"
                )
            answer: Sent = _unpacked(pipe.recv_bytes(), self._tables)
        except (EOFError, ConnectionError):
            if self._abandoned != abandoned:  # stopped by whoever no longer waits for the answer
                return crashed("已中止", "stopped")
            self._died = self._exit_code()
            return None
        return answer

    def abandon(self) -> None:
        """Kill the process; whoever is starting or asking it in another thread starts no new one."""
        self._abandoned += 1
        self.stop()

    def stop(self) -> None:
        """Kill the process, whatever it does."""
        with self._one_at_a_time:
            pipe, process = self._pipe, self._process
            self._pipe, self._process, self._is_ready = None, None, False
            if process is not None and process.pid is not None:  # without a pid it never started
                process.kill()
                process.join()
            if pipe is not None:
                pipe.close()

    def launch(self) -> Connection:
        """Start a process unless one runs; it is not waited for."""
        with self._one_at_a_time:
            if self._pipe is None or self._process is None or not self._process.is_alive():
                self.stop()
                self._pipe, theirs = self._context.Pipe()
                # Few bytes go along: more than a pipe holds would wait for ever on a child that
                # died before it read them.
                self._process = self._context.Process(
                    target=_serve, args=(theirs, self._memory, self.timeout), daemon=True
                )
                self._process.start()
                theirs.close()
            return self._pipe

    def _start(self, abandoned: int) -> Connection:
        """Return the pipe of a child that is ready; ReaderError when none comes up, twice.

        No file may be blamed for that. Unreadable when the child was abandoned since the count
        that is given.
        """
        for _ in range(2):
            pipe = self.launch()
            self._is_ready = self._is_ready or self._comes_up(pipe)
            if self._is_ready:
                return pipe
            code = self._exit_code()
            if self._abandoned != abandoned:
                raise crashed("已中止", "stopped")
        raise ReaderError(
            f"the reading process does not start (exit {code}). See its message above; "
            'a script that reads files needs `if __name__ == "__main__":`.'
        )

    def _comes_up(self, pipe: Connection) -> bool:
        try:
            pipe.send(self._layouts)
            return pipe.poll(START_SECONDS) and bool(pipe.recv() == "ready")
        except (EOFError, ConnectionError):
            return False

    def _exit_code(self) -> int | None:
        process = self._process
        if process is None:
            return None
        process.join(5)
        code = process.exitcode  # None: it still runs, and is killed now
        self.stop()
        return code


def _serve(pipe: Any, memory: int, seconds: float) -> None:  # noqa: ANN401 - Connection is generic
    """Take the layouts, then answer paths with results until the parent closes the pipe, or is gone."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    refuse_pandas()
    # the parsers are loaded where files are read: a night without any file does without them
    from collectors.read.read_file import read_file

    try:
        layouts: dict[str, Layout] = pipe.recv()
    except EOFError:
        return
    numbers = {id(table): number for number, table in enumerate(_tables(layouts))}
    pipe.send("ready")
    while True:
        try:
            path, place, name = pipe.recv()
        except EOFError:
            return
        _limit_cpu(seconds)
        resource.setrlimit(resource.RLIMIT_AS, (_limit_for(path, memory), memory))
        try:
            answer: Sent = read_file(path, layouts, place, name)
        except Unreadable as refusal:
            # without its traceback, which cannot be sent
            answer = type(refusal)(refusal.reason_zh, refusal.reason_en)
        except (Unavailable, MissingDependency) as trouble:
            answer = type(trouble)(*trouble.args)
        pipe.send_bytes(_packed(answer, numbers))


def _end_with(parent: int) -> None:
    """End this process when its parent has ended: a killed night must not leave a parser spinning."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _limit_cpu(seconds: float) -> None:
    """Let the kernel end a parser that never returns, also one that gives no other thread a turn."""
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + CPU_A_SECOND * seconds) + 1, hard))


def _limit_for(path: Path, most: int) -> int:
    """Return how many bytes of addresses this process may have while it reads the file."""
    try:
        with path.open("rb") as stream:
            if stream.read(len(OLE2)) != OLE2:
                return most
            size = os.fstat(stream.fileno()).st_size
        held = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    except (
        OSError
    ):  # the file's reader will say what is wrong; without /proc the system keeps no such limit
        return most
    return min(most, held + XLS_BASE + XLS_FACTOR * size)


class _Packer(pickle.Pickler):
    """Names the declared tables, which both sides have, instead of sending them with every block."""

    numbers: dict[int, int]

    def persistent_id(self, found: object) -> int | None:
        return self.numbers.get(id(found))


class _Unpacker(pickle.Unpickler):
    tables: list[Table]

    def persistent_load(self, number: int) -> Table:
        return self.tables[number]


def _tables(layouts: dict[str, Layout]) -> list[Table]:
    return [table for layout in layouts.values() for table in layout.tables]


def _packed(answer: Sent, numbers: dict[int, int]) -> memoryview:
    stream = io.BytesIO()
    packer = _Packer(stream, pickle.HIGHEST_PROTOCOL)
    packer.numbers = numbers
    packer.dump(answer)
    return stream.getbuffer()


def _unpacked(data: bytes, tables: list[Table]) -> Any:  # noqa: ANN401 - what pickle gives
    unpacker = _Unpacker(io.BytesIO(data))
    unpacker.tables = tables
    return unpacker.load()
