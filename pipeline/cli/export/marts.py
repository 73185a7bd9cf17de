"""`pipeline export` and `docs`.

Marts as files, the raw tables as a lake, the pages made from the SQL.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.base.errors import ConfigError
from pipeline.cli.export.lake import export_lake
from pipeline.config.checkout import LAYOUT_FOLDER, TRANSFORMS


def export(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(help="A folder, a FILE.xlsx, or the word lake.")],
    folder: Annotated[
        Path | None, typer.Argument(help="With lake: where the raw tables go.")
    ] = None,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Into the folder as CSV (UTF-8, formulas harmless).")
    ] = False,
    by_year: Annotated[
        bool, typer.Option("--by-year", help="Parquet of daily tables in year=YYYY/ folders.")
    ] = False,
) -> None:
    """Write the marts as Parquet or CSV files or as one Excel workbook.

    With `lake DIR`, what the models read.
    """
    if str(target) == "lake":
        export_lake(context.obj, folder)
        return
    if folder is not None:
        raise ConfigError(
            f"export takes one folder, not {target} and {folder}. For the raw tables: "
            f"export lake {folder}."
        )
    from pipeline.export.marts import export_marts

    for path in export_marts(context.obj, target, as_csv=as_csv, by_year=by_year):
        typer.echo(str(path))


def docs() -> None:
    """Write docs/data-dictionary.md, docs/lineage.md and docs/lineage.json.

    They are made from the SQL and the comments beside it.
    """
    from collectors.layout import load_layouts
    from pipeline.export.data_dictionary import write_dictionary
    from pipeline.export.lineage_page import write_lineage
    from pipeline.models.folder import load_models

    models = load_models(TRANSFORMS)
    for path in (write_dictionary(models), *write_lineage(models, load_layouts(LAYOUT_FOLDER))):
        typer.echo(str(path))
