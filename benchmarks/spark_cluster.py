"""A real standalone Spark cluster on this machine's loopback.

One master, two workers, each a process with bounded memory.

`python -m benchmarks.spark_cluster COMMAND…` runs a command with SPARK_MASTER set to its address
and stops the cluster afterwards.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.export.lake import spark_python

if TYPE_CHECKING:
    from collections.abc import Iterator

WORKERS, CORES, MEMORY = 2, 1, "2g"
HOST = "127.0.0.1"
LIFETIME = "4h"  # whatever happens to us, `timeout` ends every process then
# The driver's side: an executor fills its worker, nothing listens beyond loopback.
CONF = {
    "spark.executor.memory": "1600m", "spark.driver.memory": "2g", "spark.driver.host": HOST,
    "spark.driver.bindAddress": HOST,
    "spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "16",
}  # fmt: skip


@contextlib.contextmanager
def cluster() -> Iterator[str]:
    """Start the cluster, give its address (spark://…), stop it.

    RuntimeError when the workers do not come.
    """
    home = _spark_home()
    port, page = _free_port(), _free_port()
    address = f"spark://{HOST}:{port}"
    with tempfile.TemporaryDirectory(prefix="spark-") as work, contextlib.ExitStack() as running:
        _start(running, home, work, "master.Master", "--port", str(port), "--webui-port", str(page))
        for _ in range(WORKERS):
            _start(
                running, home, work, "worker.Worker", "--webui-port", "0", "--cores", str(CORES),
                "--memory", MEMORY,
                "--work-dir", work, address,
            )  # fmt: skip
        _wait(page)
        yield address


def _spark_home() -> Path:
    """Return where pyspark keeps its jars."""
    found = subprocess.run(
        [spark_python(), "-c", "import pyspark; print(pyspark.__path__[0])"],
        capture_output=True,
        text=True,
        check=True,
    )
    return Path(found.stdout.strip())


def _start(running: contextlib.ExitStack, home: Path, work: str, part: str, *words: str) -> None:
    java = (
        str(Path(os.environ["JAVA_HOME"]) / "bin" / "java")
        if os.environ.get("JAVA_HOME")
        else shutil.which("java") or "java"
    )
    command = [
        java,
        "-Xmx512m",
        "-cp",
        f"{home}/jars/*",
        f"org.apache.spark.deploy.{part}",
        "--host",
        HOST,
        *words,
    ]
    scala = (
        next((home / "jars").glob("spark-core_*.jar")).name.split("_")[1].split("-")[0]
    )  # a worker asks for it; scripts would set it
    own = {
        "SPARK_HOME": str(home),
        "SPARK_SCALA_VERSION": scala,
        "SPARK_LOCAL_IP": HOST,
        "SPARK_LOCAL_DIRS": work,
    }
    environment = {**os.environ, **own}
    # the stack closes it
    log = running.enter_context(Path(work, f"{part}.log").open("ab"))  # noqa: SIM115
    process = subprocess.Popen(
        ["timeout", LIFETIME, *command], env=environment, stdout=log, stderr=log
    )
    running.callback(_stop, process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End one process; `timeout` passes the signal on to its Java, a worker ends its executor."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait(page: int, seconds: float = 120) -> None:
    """Ask the master's status page until all workers stand there."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"http://{HOST}:{page}/json/", timeout=5) as answer,
        ):
            if json.load(answer).get("aliveworkers") == WORKERS:
                return
        time.sleep(0.5)
    raise RuntimeError(
        f"no {WORKERS} workers after {seconds:.0f} s. Look whether other Java processes "
        "hold the memory."
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def main() -> int:
    """Run the words of the command line with SPARK_MASTER set."""
    with cluster() as address:
        return subprocess.run(
            sys.argv[1:], env={**os.environ, "SPARK_MASTER": address}, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
