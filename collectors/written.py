"""Read what people write (TOML, CSV) as text or as a validated model.

One way for settings, plans, corrections, media and layouts.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, TypeVar

from collectors.read.encoding import decode
from collectors.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic import BaseModel, ValidationError

# pydantic is loaded where a model is made: Spark's environment reads SQL files and has none
AnyModel = TypeVar("AnyModel", bound="BaseModel")
_LONGEST_PROBLEM = 300


class WrittenError(Exception):
    """A file that a person wrote cannot be used: which file, where in it, what to do."""


def read_text(path: Path) -> str:
    """Return a file's text: UTF-8, UTF-16 with its mark, or GB18030 as editors on Windows save.

    WrittenError otherwise.
    """
    try:
        return decode(path.read_bytes())[0]
    except OSError as error:
        raise WrittenError(
            f"{path}: 打不开（{error.strerror}） / cannot be read: {error.strerror}."
        ) from error
    except Unreadable as error:
        raise WrittenError(
            f"{path}: 编码无法识别，请另存为 UTF-8 / not text in UTF-8, UTF-16 or GBK. Save "
            "it as UTF-8."
        ) from error


def read_toml(path: Path) -> dict[str, Any]:
    """Return a TOML file's content; WrittenError names the line."""
    return parse_toml(read_text(path), path)


def parse_toml(text: str, path: Path) -> dict[str, Any]:
    """Return the content of TOML text; WrittenError names the line of `path`."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WrittenError(f"{path}: not valid TOML: {error}. Mend that line.") from error


def load_toml(model: type[AnyModel], path: Path) -> AnyModel:
    """Return a TOML file as a model; WrittenError names file, place and value."""
    from pydantic import ValidationError

    text = read_text(path)
    content = parse_toml(text, path)
    try:
        return model.model_validate(content)
    except ValidationError as error:
        line = _line_of(text, error.errors()[0]["loc"])
        where = f"{path}: line {line}: " if line else f"{path}: "
        raise WrittenError(f"{where}{first_problem(error, content)}. Mend the file.") from error


# any TOML value
def validated(model: type[AnyModel], content: Any, where: str, advice: str) -> AnyModel:  # noqa: ANN401
    """Return the content as a model; WrittenError says `where` it is wrong and gives the `advice`."""
    from pydantic import ValidationError

    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise WrittenError(f"{where}{first_problem(error, content)}. {advice}") from error


def _line_of(text: str, loc: tuple[int | str, ...]) -> int | None:
    """Return the line of an error's place (`targets, 3, growth_pct`).

    That of the key, else of its table's header.
    """
    table = str(loc[0]) if loc else ""
    entry = loc[1] if len(loc) > 1 and isinstance(loc[1], int) else None
    key = (
        next((str(part) for part in loc[2 if entry is not None else 1 :]), None)
        if len(loc) > 1
        else None
    )
    here, found, seen = "", None, -1
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[{1,2}\s*([\w.-]+)\s*\]{1,2}", line):
            here = header[1]
            seen += here == table
            if here == table and entry in (None, seen):
                found = number
        elif assigned := re.match(r"\s*([\w-]+)\s*=", line):
            inside = here == table and entry in (None, seen) and assigned[1] == key
            if inside or (not here and assigned[1] == table):
                return number
    return found


def first_problem(error: ValidationError, content: Any) -> str:  # noqa: ANN401 - any TOML value
    """Return the first validation problem as `place: what (given: value)`."""
    problem = error.errors()[0]
    place = " ".join(_steps(content, problem["loc"])) or "top level"
    message = problem["msg"].removeprefix("Value error, ")
    given = "" if isinstance(problem["input"], dict) else f" (given: {problem['input']!r})"
    return f"{place}: {message}{given}"[:_LONGEST_PROBLEM]


# any TOML value
def _steps(content: Any, loc: tuple[int | str, ...]) -> Iterator[str]:  # noqa: ANN401
    """Yield where an error is, by the names people wrote: a number in a list says nothing."""
    for part in loc:
        try:
            content = content[part]
        except (KeyError, IndexError, TypeError):
            content = None
        written = None
        if isinstance(content, dict):
            written = next(
                (content[key] for key in ("id", "name", "table") if content.get(key)), None
            )
        yield str(written or part)
