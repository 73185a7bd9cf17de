"""Digests of files that wait, cached until a file changes: a page must not read it at each view."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.ingest.inbox import sha256_of

if TYPE_CHECKING:
    from pathlib import Path


def digest_of(path: Path) -> str:
    """Return a file's SHA-256; read again only when its size, time or place on disk has changed."""
    info = path.stat()
    return _digest(path, (info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns))


@lru_cache(maxsize=1_000)
def _digest(path: Path, _: tuple[int, ...]) -> str:
    return sha256_of(path)
