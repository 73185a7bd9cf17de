"""Read files in a child process: a parser that crashes, hangs or eats memory costs one file, not the night."""

from __future__ import annotations

import multiprocessing
import resource
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from collectors.grids import open_sheets
from collectors.model import ReadResult, Unavailable, Unreadable
from collectors.recognise import recognise

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess
    from pathlib import Path

    from collectors.layout import Layout

MEMORY_LIMIT = 4 << 30
TIMEOUT_SECONDS = 120.0
START_SECONDS = 60.0


class ReaderError(Exception):
    """The reading process itself cannot work: nothing about any file is known."""


def read_file(path: Path, layouts: dict[str, Layout], place: str | None = None, name: str | None = None) -> ReadResult:
    """Read and recognise one file in this process; Unreadable with the reason when it is refused.

    Layouts that may stand in `place` (account, news, ledger) go first; the others are tried only to say where a file belongs.
    `name` is the name the file came with, when it is stored under another: a year in it may date the rows.
    """
    try:
        return _read(path, layouts, place, name or path.name)
    except (Unreadable, Unavailable, KeyboardInterrupt, SystemExit):
        raise
    except MemoryError as error:
        raise _crashed("内存超限", "out of memory") from error
    except BaseException as error:  # a parser's surprise is a verdict on this file; Rust's panic is no Exception
        text = f"{type(error).__name__}: {error}"
        raise _crashed(f"解析出错 {text}", f"parser error {text}") from error


def _read(path: Path, layouts: dict[str, Layout], place: str | None, called: str) -> ReadResult:
    sheets = open_sheets(path)
    at_home = {key: layout for key, layout in layouts.items() if place is None or place in layout.sources}
    try:
        return recognise(sheets, at_home, called)
    except Unreadable:
        elsewhere = {key: layout for key, layout in layouts.items() if key not in at_home}
        with suppress(Unreadable):
            return recognise(sheets, elsewhere, called)
        raise


class Reader:
    """Reads one file after another in one child; a child that dies or hangs is replaced."""

    def __init__(
        self, layouts: dict[str, Layout], timeout: float = TIMEOUT_SECONDS, memory: int = MEMORY_LIMIT
    ) -> None:
        self._layouts, self._timeout, self._memory = layouts, timeout, memory
        self._context = multiprocessing.get_context("spawn")
        self._child: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._died: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def read(self, path: Path, place: str | None = None, name: str | None = None) -> ReadResult:
        """Read one file as `read_file` does; Unreadable also when the parser crashed, hung or ran out of memory, Unavailable when the disk fails.

        A child that dies is tried once more: the kernel may have killed it for memory that others took.
        """
        answer = self._ask(path, place, name) or self._ask(path, place, name)
        if answer is None:
            raise _crashed(f"解析程序崩溃（{self._died}）", f"the parser crashed (exit {self._died})")
        if isinstance(answer, ReadResult):
            return answer
        raise answer

    def _ask(self, path: Path, place: str | None, name: str | None) -> ReadResult | Unreadable | Unavailable | None:
        """Return the child's answer; None when it died over the question."""
        pipe = self._start()
        try:
            pipe.send((path, place, name))
            if not pipe.poll(self._timeout):
                self._stop()
                return _crashed(f"超过 {self._timeout:g} 秒没有读完", f"not read within {self._timeout:g} s")
            answer: ReadResult | Unreadable | Unavailable = pipe.recv()
        except (EOFError, ConnectionError):
            self._died = self._exit_code()
            return None
        return answer

    def _start(self) -> Connection:
        if self._pipe is None or self._child is None or not self._child.is_alive():
            self._stop()
            self._pipe, theirs = self._context.Pipe()
            self._child = self._context.Process(target=_serve, args=(theirs, self._layouts, self._memory), daemon=True)
            self._child.start()
            theirs.close()
            self._await_ready(self._pipe)
        return self._pipe

    def _await_ready(self, pipe: Connection) -> None:
        """Raise ReaderError when the child never came up: that is our fault, and no file may be blamed for it."""
        try:
            if pipe.poll(START_SECONDS) and pipe.recv() == "ready":
                return
        except (EOFError, ConnectionError):
            pass
        code = self._exit_code()
        raise ReaderError(
            f"the reading process does not start (exit {code}). See its message above; "
            'a script that reads files needs `if __name__ == "__main__":`.'
        )

    def _exit_code(self) -> int | None:
        if self._child is None:
            return None
        self._child.join(5)
        code = self._child.exitcode  # None: it still runs, and is killed now
        self._stop()
        return code

    def _stop(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._child is not None and self._child.pid is not None:  # without a pid it never started
            self._child.kill()
            self._child.join()
        self._pipe = self._child = None


def _serve(pipe: Any, layouts: dict[str, Layout], memory: int) -> None:  # noqa: ANN401 - Connection is generic
    """Answer paths with results until the parent closes the pipe."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    pipe.send("ready")
    while True:
        try:
            path, place, name = pipe.recv()
        except EOFError:
            return
        try:
            answer: ReadResult | Unreadable | Unavailable = read_file(path, layouts, place, name)
        except Unreadable as refusal:
            answer = type(refusal)(refusal.reason_zh, refusal.reason_en)  # without its traceback, which cannot be sent
        except Unavailable as trouble:
            answer = Unavailable(*trouble.args)
        pipe.send(answer)


def _crashed(zh: str, en: str) -> Unreadable:
    return Unreadable(
        f"文件无法解析：{zh}。请在 Excel 中另存后再放入。",
        f"Cannot be parsed: {en}. Save it anew in Excel and drop that file.",
    )
