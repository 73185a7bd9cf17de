"""Progress of a run on the screen.

A progress line on a terminal, plain lines otherwise, the scoreboard at the end.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any, Self

from collectors.unreadable import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console
    from rich.status import Status

    from pipeline.config.home import Home

_PHASES = {
    "copy": "copying the warehouse",
    "land": "reading the inbox",
    "transform": "computing",
    "publish": "publishing",
    "archive": "tidying the inbox",
}
STATUS_ZH = {
    "met": "已达成", "on_track": "进度正常", "at_risk": "有风险", "behind": "滞后",
    "no_baseline": "无可比基数", "no_data": "无数据",
}  # fmt: skip


class Steps:
    """Show steps as they come.

    One changing line on a terminal, one plain line a phase elsewhere (stderr).
    """

    def __init__(self) -> None:
        self._live: Status | None = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.status import Status

            self._live = Status("starting", console=Console(stderr=True))
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.stop()

    def step(self, name: str) -> None:
        """Announce a phase, a file or a model."""
        if self._live:
            from rich.text import Text

            self._live.update(Text(_PHASES.get(name, name)))  # a file's name is no markup
        elif name in _PHASES:
            print(_PHASES[name], file=sys.stderr, flush=True)  # noqa: T201 - the CLI layer


def plain_console(width: int) -> Console:
    """Return a console that prints text as it is: `[b]` is no markup, `:100:` no emoji.

    `width`, or $COLUMNS, where there is no terminal.
    """
    from rich.console import Console

    asked = os.environ.get("COLUMNS", "")
    width = int(asked) if asked.isdecimal() and int(asked) else width
    return Console(
        markup=False, emoji=False, highlight=False, width=None if sys.stdout.isatty() else width
    )


def cell(value: object) -> str:
    """Return a value as a table on the terminal shows it.

    NULL as —, control signs (which would steer the terminal) as escapes.
    """
    return "—" if value is None else "\n".join(map(shown, str(value).split("\n")))


def print_json(data: dict[str, Any] | list[dict[str, Any]]) -> None:
    """Print one JSON document on stdout."""
    print(json.dumps(data, ensure_ascii=False, indent=1, default=str))  # noqa: T201 - the CLI layer


def print_night(summary: dict[str, Any], targets: list[dict[str, Any]], home: Home) -> None:
    """Print the result of a run for a person."""
    console = plain_console(120)
    console.print(
        f"{summary['status']} as of {summary['as_of']}: {summary['summary']}", soft_wrap=True
    )
    for line in _set_aside(summary):
        console.print(f"  {line}", soft_wrap=True)
    if targets:
        console.print(_scoreboard(targets))
    if summary["exit_code"] == 3:  # noqa: PLR2004 - exit code: docs/commands.md
        console.print(
            "exit code 3: published, but something needs a person (see above, or `python -m "
            "pipeline status`)"
        )
    if summary["status"] == "published":
        console.print(f"warehouse: {home.warehouse}", soft_wrap=True)


def _set_aside(summary: dict[str, Any]) -> Iterator[str]:
    """Yield a line for each thing that needs a person."""
    for kind in ("quarantined", "held"):
        yield from (
            f"{kind} {item['source']}/{item['file']}: {item['reason_en']}" for item in summary[kind]
        )
    for item in summary["questions"]:
        if item["outcome"] == "told":
            yield f"please check {item['source']}/{item['original_name']}: {item['reason_en']}"
    yield from summary["broken_decisions"]
    for path in summary["unavailable"]:
        yield (
            "cannot be read (disk or share error, path too long, no permission), left in the "
            f"inbox: {path}"
        )
    for item in summary["not_archived"]:
        yield f"published, but not archived; it stays in the inbox until the next night: {item}"
    yield from (f"not fetched {item}" for item in summary["not_fetched"])
    yield from (f"sheet not recognised, not read: {sheet}" for sheet in summary["unread_sheets"])
    yield from (f"warning {warning}" for warning in summary["warnings"])


def _scoreboard(targets: list[dict[str, Any]]) -> Any:  # noqa: ANN401 - a rich renderable
    from rich.table import Column, Table

    table = Table(
        Column("指标", overflow="fold"),
        "基数",
        "目标",
        "实际",
        "增长%",
        "进度%",
        "增量%",
        "覆盖天数",
        "状态",
    )
    for row in targets:
        covered = (
            "" if row["days_covered"] is None else f"{row['days_covered']}/{row['days_expected']}"
        )
        table.add_row(
            f"{row['name_zh']}（{row['unit']}）", _number(row["baseline"]), _number(row["target"]),
            _number(row["actual"]),
            _number(row["growth_pct"], 1), _number(row["attained_pct"], 1),
            "" if row["gain_pct"] is None else _number(row["gain_pct"], 1), covered,
            STATUS_ZH.get(row["status"], row["status"]),
        )  # fmt: skip
    return table


def _number(value: float | None, digits: int = 0) -> str:
    return "—" if value is None else f"{value:,.{digits}f}"
