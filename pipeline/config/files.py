"""Files that people write, for the engine: what is wrong in one of them is a ConfigError."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from collectors import written
from collectors.written import WrittenError
from pipeline.base.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def config_errors() -> Iterator[None]:
    """Raise a WrittenError as ConfigError, with the same text.

    The command line ends with exit code 2.
    """
    try:
        yield
    except WrittenError as error:
        raise ConfigError(str(error)) from error


def load_toml(model: type[written.AnyModel], path: Path) -> written.AnyModel:
    """Return a TOML file as a model; ConfigError names file, place and value."""
    with config_errors():
        return written.load_toml(model, path)
