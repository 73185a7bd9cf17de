"""Helpers for tests that run the real command line on real homes."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import duckdb

from pipeline.config.home import command

CHECKOUT = Path(__file__).resolve().parents[2]
CONFIG = """
plan = "2023"
[[accounts]]
id = "main-wechat"
name = "示例城管"
platform = "wechat"
main = true
[[accounts]]
id = "side-wechat"
name = "示例支队"
platform = "wechat"
"""
FOLLOWERS = (
    "select cast(date as varchar), followers from mart.account_daily where account_id = "
    "'main-wechat' order by 1"
)


def make_home(folder: Path, config: str = CONFIG) -> Path:
    """Make a home with two WeChat accounts and empty inbox folders."""
    for name in ("main-wechat", "side-wechat", "news", "ledger"):
        (folder / "inbox" / name).mkdir(parents=True)
    (folder / "pipeline.toml").write_text(config, "utf-8")
    return folder


def mail_operators_by(home: Path, port: int) -> None:
    """Add a mail server on this machine and one operator to the home's settings."""
    with (home / "pipeline.toml").open("a", encoding="utf-8") as toml:
        toml.write(
            '[mail]\nfrom = "p@example.org"\nto = []\noperators = ["ops@example.org"]\n'
            f'host = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
        )


def pipeline(
    home: Path, *words: str, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `python -m pipeline --home HOME …` as a user would."""
    return subprocess.run(
        command(home, *words), cwd=CHECKOUT, capture_output=True, text=True, check=False, env=env
    )


def run(home: Path, as_of: str, code: int = 0) -> dict[str, Any]:
    """Run a night, insist on its exit code, return the JSON result."""
    done = pipeline(home, "run", "--as-of", as_of, "--json")
    assert done.returncode == code, (
        f"exit {done.returncode}, expected {code}\n{done.stdout}\n{done.stderr}"
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def rows(home: Path, query: str) -> list[tuple[Any, ...]]:
    """Ask the published warehouse as an analyst's own client would."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        return con.execute(query).fetchall()


def growth_html(*days: tuple[str, ...], title: str = "用户增长") -> str:
    """Return a 用户增长 export.

    HTML saved as .xls, one line a day (时间, 新关注, 取消, 净增, 累积).
    """
    labels = ("时间", "新关注人数", "取消关注人数", "净增关注人数", "累积关注人数")
    head = "".join(f'<th rowspan="2">{label}</th>' for label in labels)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in day) + "</tr>" for day in days)
    return (
        '<html><body><table class="tb"><tr><th '
        f'colspan="5">{title}</th></tr><tr>{head}</tr><tr></tr>{body}</table></body></html>'
    )


def drop_growth(
    home: Path,
    name: str,
    *days: tuple[str, ...],
    at: int = 1_700_000_000,
    folder: str = "main-wechat",
) -> Path:
    """Drop a 用户增长 export with a modification time."""
    path = home / "inbox" / folder / name
    path.write_text(growth_html(*days), "utf-8")
    os.utime(path, (at, at))
    return path
