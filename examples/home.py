"""Make a home out of the examples, with the modification times the exports would have."""

from __future__ import annotations

import csv
import os
import shutil
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

HERE = Path(__file__).resolve().parent


def make_home(folder: Path) -> Path:
    """Copy settings and inbox into `folder` and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(HERE / "pipeline.toml", folder / "pipeline.toml")
    for name in ("news", "ledger"):
        (folder / "inbox" / name).mkdir(parents=True, exist_ok=True)
    with (HERE / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            target = folder / row["path"]
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(HERE / row["path"], target)
            stamp = (
                datetime.fromisoformat(row["exported_at"])
                .replace(tzinfo=ZoneInfo("Asia/Shanghai"))
                .timestamp()
            )
            os.utime(target, (stamp, stamp))
    return folder
