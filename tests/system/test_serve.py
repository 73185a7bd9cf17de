"""`pipeline serve` as a real process: what it shows, and what it refuses."""

from __future__ import annotations

import http.client
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from bs4 import BeautifulSoup

from tests.support.homes import CHECKOUT, pipeline, run
from tests.support.report_home import HOSTILE, reported_home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = reported_home(tmp_path_factory.mktemp("serve") / "home")
    assert pipeline(home, "report", "scoreboard").returncode == 0
    assert pipeline(home, "report", "weekly").returncode == 0
    return home


@pytest.fixture(scope="module")
def port(home: Path) -> Iterator[int]:
    command = [sys.executable, "-u", "-m", "pipeline", "--home", str(home), "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline().split("/")[2].split(":")[1])
        process.kill()


def get(port: int, path: str) -> requests.Response:
    return requests.get(f"http://127.0.0.1:{port}{path}", timeout=20)


def test_front_page_leads_to_scoreboard_reports_and_tables(port: int) -> None:
    soup = BeautifulSoup(get(port, "/").text, "lxml")
    links = [str(link["href"]) for link in soup.find_all("a")]
    assert {
        "/output/scoreboard.html",
        "/output/weekly/2023-W23/index.html",
        "/table/mart.target_progress",
        "/table/ops.run",
    } <= set(links)
    for link in links:
        assert get(port, link).status_code == 200, link


def test_a_table_by_pages_in_order_with_its_comments(port: int) -> None:
    # 162 + 365 days of reads and 9 of followers, of which 31 Dec 2022 and 4–11 June are days of reads too: 527 days
    soup = BeautifulSoup(get(port, "/table/mart.account_daily?order=-date").text, "lxml")
    assert "1–100，共 527 行" in soup.get_text()
    first = [cell.get_text() for cell in soup.select("tbody tr")[0].find_all("td")]
    assert first[:3] == ["main-wechat", "2023-06-11", "110700"]
    assert "累积关注人数" in soup.get_text()
    last = BeautifulSoup(get(port, "/table/mart.account_daily?order=-date&from=500").text, "lxml")
    assert len(last.select("tbody tr")) == 27
    csv = get(port, "/table/mart.account_daily.csv")
    assert len(csv.content.decode("utf-8-sig").splitlines()) == 528


def test_hostile_text_is_text(port: int) -> None:
    page = get(port, "/table/mart.new_media_product")
    assert "<script>" not in page.text
    assert HOSTILE[0] in BeautifulSoup(page.text, "lxml").get_text()
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "\"'=cmd|" in get(port, "/table/mart.new_media_product.csv").text


@pytest.mark.parametrize(
    "path",
    [
        "/output/../pipeline.toml", "/output/..%2fpipeline.toml", "/output/%2e%2e/warehouse.duckdb", "/output//etc/passwd", "/output/log/pipeline.jsonl",
        "/table/mart.nothing", "/table/pg_catalog.pg_class", "/table/mart.article?order=nothing", "/table/mart.article?order=title;drop", "/nothing",
        "/output/%00.html", f"/output/{'a' * 5000}.html",
    ],
)  # fmt: skip
def test_nothing_else_is_there(port: int, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)  # sends the path as it stands
    connection.request("GET", path)
    assert connection.getresponse().status == 404


@pytest.mark.parametrize("start", ["%C2%B2", "9" * 5000, "-1", "x", ""])
def test_a_page_that_cannot_be_begins_at_the_first_row(port: int, start: str) -> None:
    assert "1–100，共" in get(port, f"/table/mart.account_daily?from={start}").text


def test_other_names_and_methods_are_refused(port: int) -> None:
    assert (
        requests.get(f"http://127.0.0.1:{port}/", headers={"Host": "evil.example.org"}, timeout=20).status_code == 403
    )
    assert requests.post(f"http://127.0.0.1:{port}/", data={"a": 1}, timeout=20).status_code == 501


def test_a_new_night_is_seen_without_a_restart(port: int, home: Path) -> None:
    assert "共 1 行" in get(port, "/table/ops.run").text
    run(home, "2023-06-11")
    assert "共 2 行" in get(port, "/table/ops.run").text


def test_a_taken_port_is_told(port: int, home: Path) -> None:
    done = pipeline(home, "serve", "--port", str(port))
    assert done.returncode == 1
    assert "cannot be had" in done.stderr
