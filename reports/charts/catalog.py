"""All charts of a report: one a growth target, then a file a chart.

Those shipped in `builtin/`, those of a home in `<home>/charts/`.

A chart file names `title` and `query` and defines `draw(axes, rows)`; it may define `alt(rows)` and
`inline = True` (mail and board).
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.charts import style
from reports.charts.growth import growth
from reports.charts.picture import Picture
from reports.formatting import number, plain_name, rounded_up, status_zh, with_unit
from reports.queries import shown_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import duckdb

    from reports.period import Period
    from reports.queries import Rows

BUILTIN = Path(__file__).resolve().parent / "builtin"
_NEEDED = ("title", "query", "draw")


def growth_pictures(data: dict[str, Rows]) -> list[Picture]:
    """Draw one chart a growth target that has figures.

    ChartError when one is blank or lacks glyphs.
    """
    style.use_style()
    pictures = []
    for target in data["targets"]:
        rows = [row for row in data["daily"] if row["target_id"] == target["target_id"]]
        if any(row["actual"] is not None for row in rows):
            figure, axes = style.new_chart()
            growth(axes, rows, target)
            name, title = (
                f"growth_{target['target_id']}",
                f"{plain_name(target['name_zh'])}与时序进度",
            )
            pictures.append(_picture(name, title, figure, _alt(target), inline=True))
    return pictures


def _alt(row: dict[str, Any]) -> str:
    return (
        f"{row['name_zh']}：实际{with_unit(number(row['actual']), row['unit'])}，"
        f"目标{with_unit(rounded_up(row['target']), row['unit'])}，{status_zh(row['status'])}"
    )


def chart_files(home_charts: Path | None = None) -> Iterator[Path]:
    """Give the shipped chart files, then the home's.

    A home's file of the same name replaces the shipped one.
    """
    own = (
        {path.name: path for path in sorted(home_charts.glob("*.py"))}
        if home_charts and home_charts.is_dir()
        else {}
    )
    yield from (
        path
        for path in sorted(BUILTIN.glob("*.py"))
        if path.stem != "__init__" and path.name not in own
    )
    yield from own.values()


def draw_files(
    con: duckdb.DuckDBPyConnection, period: Period, paths: Iterable[Path]
) -> tuple[list[Picture], list[str]]:
    """Draw each chart file that has rows.

    Returns the pictures and, for a home's file that fails, what is wrong with it.
    """
    style.use_style()
    given = {"first": period.first, "last": period.last, "id": period.id}
    pictures, faults = [], []
    for path in paths:
        is_own = path.parent != BUILTIN
        try:
            picture = _drawn(con, given, path, own=is_own)
        except Exception as error:
            if not is_own:
                raise
            faults.append(
                f"chart {path} could not be drawn and is left out: {type(error).__name__}: {error}"
            )
            continue
        if picture is not None:
            pictures.append(picture)
    return pictures, faults


def _drawn(
    con: duckdb.DuckDBPyConnection, given: dict[str, Any], path: Path, *, own: bool
) -> Picture | None:
    chart = _load(path)
    rows = shown_rows(con, chart.query, given)
    if not rows:
        return None
    figure, axes = style.new_chart(style.drawable(chart.title, 40))
    chart.draw(axes, rows)
    alt = chart.alt(rows) if hasattr(chart, "alt") else f"{chart.title}，共{number(len(rows))}项"
    return _picture(
        path.stem, chart.title, figure, alt, inline=bool(getattr(chart, "inline", False)), own=own
    )


def _load(path: Path) -> Any:  # noqa: ANN401 - a module with the names of _NEEDED
    """Run a chart file and return its module; ChartError names what is missing."""
    spec = importlib.util.spec_from_file_location(f"chart_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise style.ChartError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    missing = [name for name in _NEEDED if not hasattr(module, name)]
    if missing:
        raise style.ChartError(
            f"{path.name} does not define {', '.join(missing)} (docs/guide/add-a-chart.md)"
        )
    return module


# what a picture is
def _picture(  # noqa: PLR0913
    name: str,
    title: str,
    figure: Any,  # noqa: ANN401
    alt: str,
    *,
    inline: bool,
    own: bool = False,
) -> Picture:
    height = round(figure.get_size_inches()[1] * 100)
    return Picture(name, title, style.png(figure), height, alt, inline, own)
