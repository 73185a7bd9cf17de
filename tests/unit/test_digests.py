"""A digest is kept while a file stays what it is."""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.ingest.inbox import sha256_of
from web.uploads.digests import _digest, digest_of


def test_a_file_is_read_again_only_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "等着.xls"
    path.write_bytes(b"one")
    first, misses = digest_of(path), _digest.cache_info().misses
    assert first == sha256_of(path)
    assert digest_of(path) == first
    assert _digest.cache_info().misses == misses, "not read again"
    (tmp_path / "new").write_bytes(b"two")
    os.utime(tmp_path / "new", ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    (tmp_path / "new").replace(path)  # same name, size and time
    assert digest_of(path) == sha256_of(path) != first
