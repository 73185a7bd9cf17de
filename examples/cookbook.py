"""Write the results into docs/sql-cookbook.md.

`python -m examples.cookbook` runs every query on the examples as of 2023-10-31.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from examples.demo import AS_OF
from examples.home import make_home
from pipeline.cli.query import limited_rows
from pipeline.config.home import Home, command

BOOK = Path(__file__).resolve().parent.parent / "docs" / "sql-cookbook.md"
_RECIPE = re.compile(r"```sql\n(?P<query>.*?)```\n\n```text\n.*?```", re.DOTALL)


def filled(text: str, home: Home) -> str:
    """Return the book with the result of each query behind it."""

    def answer(match: re.Match[str]) -> str:
        return f"```sql\n{match['query']}```\n\n```text\n{as_text(home, match['query'])}```"

    return _RECIPE.sub(answer, text)


def as_text(home: Home, query: str) -> str:
    """Return a result as lines of cells: the names, then the rows; — is not known."""
    names, rows = limited_rows(home, query)
    lines = [names, *(["—" if value is None else _cell(value) for value in row] for row in rows)]
    return "".join(" | ".join(line) + "\n" for line in lines)


def _cell(value: object) -> str:
    return str(value).removesuffix(" 00:00:00").removesuffix("+08:00")


def main() -> int:
    """Run a night on the examples and write the book."""
    with tempfile.TemporaryDirectory() as folder:
        home = make_home(Path(folder) / "home")
        night = command(home, "run", "--as-of", AS_OF)
        # our own command line
        subprocess.run(night, check=False, stdout=subprocess.DEVNULL)  # noqa: S603
        BOOK.write_text(filled(BOOK.read_text("utf-8"), Home(home)), "utf-8")
    print(BOOK)
    return 0


if __name__ == "__main__":
    sys.exit(main())
