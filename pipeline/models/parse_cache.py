"""Keep what parsing a model file gives, by the file's digest: a run parses only files that changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.base.fsync import write_atomic
from pipeline.config.checkout import TRANSFORMS
from pipeline.models.folder import load_models, read_model, read_sql
from pipeline.models.model import Check, Model, Versions

if TYPE_CHECKING:
    from collections.abc import Callable

# says whether parsed models are current
_CODE = [Path(__file__).with_name(name).read_bytes() for name in ("model.py", "parse.py")]
PARSED_AHEAD = TRANSFORMS / ".parsed.json"
PARSER = f"{version('sqlglot')} {hashlib.sha256(b''.join(_CODE)).hexdigest()}"


class ParseCache:
    """Parsed models in one JSON file, beside those that were parsed ahead.

    A file that cannot be read or is of another parser counts as empty.
    """

    def __init__(self, path: Path, ahead: Path | None = PARSED_AHEAD) -> None:
        self._path = path
        self._ahead = _read(ahead) if ahead else {}
        self._own = _read(path)
        self._used: dict[str, dict[str, Any]] = {}

    def model(self, path: Path, schema: str, read: Callable[[Path, str], Model]) -> Model:
        """Return the model of a file, parsed by `read` unless the same text was parsed before."""
        key = hashlib.sha256(f"{schema}\0{path.stem}\0".encode() + path.read_bytes()).hexdigest()
        if key in self._ahead:
            return _model(path, self._ahead[key])
        kept = self._own.get(key)
        model = _model(path, kept) if kept else read(path, schema)
        self._used[key] = kept or _plain(model)
        return model

    def save(self) -> None:
        """Write what was used, if it differs from what was read.

        A full disk costs time, not the run.
        """
        if self._used.keys() == self._own.keys():
            return
        text = json.dumps({"parser": PARSER, "models": self._used}, ensure_ascii=False)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(self._path, text.encode())
        except OSError:
            return


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        document = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return dict(document["models"]) if document.get("parser") == PARSER else {}


def _plain(model: Model) -> dict[str, Any]:
    fields = asdict(model)
    del fields["path"], fields["sql"]
    names = None if model.names is None else sorted(model.names)
    return {**fields, "reads": sorted(model.reads), "names": names}


def _model(path: Path, fields: dict[str, Any]) -> Model:
    versions, lookback, names = fields["versions"], fields["lookback"], fields["names"]
    return Model(
        **{
            **fields,
            "path": path,
            "sql": read_sql(path),
            "grain": tuple(fields["grain"]),
            "checks": tuple(Check(**check) for check in fields["checks"]),
            "versions": versions and Versions(tuple(versions["key"]), tuple(versions["values"])),
            "reads": frozenset(fields["reads"]),
            "incremental_by": tuple(fields["incremental_by"]),
            "lookback": lookback and (str(lookback[0]), int(lookback[1])),
            "names": None if names is None else frozenset(names),
        }
    )


def parse_ahead(target: Path = PARSED_AHEAD) -> None:
    """Parse the product's models into one file that all homes use."""
    cache = ParseCache(target, ahead=None)
    load_models(TRANSFORMS, lambda path, schema: cache.model(path, schema, read_model))
    cache.save()
