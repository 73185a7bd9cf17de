"""Reading processes: a parser that aborts, hangs or is killed costs one file at most."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from collectors.read.worker_pool import Reader
from collectors.unreadable import Unreadable
from tests.support.homes import CHECKOUT, growth_html
from tests.unit.test_reading import GROWTH, LAYOUTS, biff, workbook_with
from tests.unit.test_reading_hardening import HEAD, TAIL


def aborting_workbook(folder: Path) -> Path:
    cells_without_place = (
        '<row r="1"><c r="XFD1"><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row>'
    )
    return workbook_with(folder, "x.xlsx", (HEAD + cells_without_place + TAIL).encode())


def test_a_parser_that_aborts_costs_one_file(tmp_path: Path) -> None:
    bomb = aborting_workbook(tmp_path)
    good = tmp_path / "good.xls"
    good.write_text(growth_html(("2026-07-13", "1", "0", "1", "5")), "utf-8")
    with Reader(LAYOUTS) as reader:
        with pytest.raises(Unreadable, match="崩溃（-6）"):  # SIGABRT out of calamine itself
            reader.read(bomb)
        assert reader.read(good).row_count == 1


RING = """
import resource, sys
from pathlib import Path
from collectors.layout import load_layouts
from collectors.unreadable import Unreadable
from collectors.read.worker_pool import Reader

if __name__ == "__main__":
    with Reader(load_layouts(Path("collectors/layouts"))) as reader:
        for name in sys.argv[1:]:
            try:
                print(reader.read(Path(name)).row_count)
            except Unreadable as refusal:
                print("refused")
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_an_xls_whose_sectors_form_a_ring_does_not_take_all_the_memory(tmp_path: Path) -> None:
    good = biff(tmp_path / "good.xls", [GROWTH, ["2026-07-13", 1, 0, 1, 5]])
    data = bytearray(good.read_bytes())
    directory = int.from_bytes(data[0x30:0x34], "little")  # its first sector
    table = 512 * (1 + int.from_bytes(data[0x4C:0x50], "little"))  # which sector follows which
    data[table + 4 * directory : table + 4 * directory + 4] = data[0x30:0x34]  # itself
    ring = tmp_path / "ring.xls"
    ring.write_bytes(data)
    (tmp_path / "read.py").write_text(RING, "utf-8")
    command = [sys.executable, str(tmp_path / "read.py"), str(ring), str(good)]
    done = subprocess.run(
        command, cwd=CHECKOUT, env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    told, rows, peak = done.stdout.split()
    assert (told, rows) == ("refused", "1")
    assert int(peak) < 1_500_000  # kB; it would grow to the 4 GB that the process may have


def test_a_reading_process_that_somebody_kills_costs_no_file(tmp_path: Path) -> None:
    """The kernel kills it when memory runs out, whoever took the memory."""
    good = tmp_path / "good.xls"
    good.write_text(growth_html(("2026-07-13", "1", "0", "1", "5")), "utf-8")
    with Reader(LAYOUTS) as reader:
        assert reader.read(good).row_count == 1
        first = reader._first.pid
        assert first is not None
        os.kill(first, signal.SIGSTOP)  # it has the question and does not answer
        threading.Timer(0.5, os.kill, (first, signal.SIGKILL)).start()
        assert reader.read(good).row_count == 1
        assert reader._first.pid != first


def test_a_reading_process_that_cannot_start_blames_no_file(tmp_path: Path) -> None:
    (tmp_path / "good.xls").write_text(growth_html(("2026-07-13", "1", "0", "1", "5")), "utf-8")
    script = tmp_path / "unguarded.py"
    script.write_text(
        "from pathlib import Path\nfrom collectors.read.worker_pool import Reader\nwith "
        "Reader({}) as reader:\n"
        f"    reader.read(Path({str(tmp_path / 'good.xls')!r}))\n",
        "utf-8",
    )  # fmt: skip
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(CHECKOUT)},
    )
    assert done.returncode == 1
    assert "ReaderError: the reading process does not start" in done.stderr
    assert "Unreadable" not in done.stderr


def test_a_reading_process_ends_with_its_parent(tmp_path: Path) -> None:
    """A killed run leaves no reader behind, though the reader waits for a file that never comes (a
    pipe nobody writes).
    """
    os.mkfifo(tmp_path / "never.csv")
    script = tmp_path / "parent.py"
    script.write_text(
        "import sys, threading\nfrom pathlib import Path\nfrom collectors.read.worker_pool "
        "import Reader\n"
        "if __name__ == '__main__':\n"
        "    with Reader({}) as reader:\n"
        "        reader._first._start(0)\n"
        "        print(reader._first.pid, flush=True)\n"
        "        reader.read(Path(sys.argv[1]))\n",
        "utf-8",
    )
    command = [sys.executable, str(script), str(tmp_path / "never.csv")]
    with subprocess.Popen(
        command,
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        stdout=subprocess.PIPE,
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        for _ in range(100):  # until the file is being read: the processor time is limited then
            limit = next(
                line
                for line in Path(f"/proc/{child}/limits").read_text("ascii").splitlines()
                if "cpu time" in line
            )
            if "unlimited" not in limit.split()[3]:
                break
            time.sleep(0.1)
        assert int(limit.split()[3]) >= 4 * 120
        parent.kill()
    for _ in range(100):
        if not Path(f"/proc/{child}").exists():
            return
        time.sleep(0.1)
    raise AssertionError(f"the reading process {child} lives on")
