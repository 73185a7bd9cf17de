"""`python -m web.uploads.worker HOME`: read a line of JSON (path, name, …), answer with a line.

The receipt of that file.

The file itself is read by a child with the night's limits; rows are judged by the night's SQL on a
database in memory. The published
warehouse is only read, to say which days are new.
"""

from __future__ import annotations

import json
import logging
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from collectors.model import Unavailable
from collectors.read.worker_pool import Reader
from collectors.unreadable import Unreadable
from pipeline.base.errors import PipelineError
from pipeline.config.home import Home
from web.uploads.judge import Bench, judge
from web.uploads.warm import a_table

if TYPE_CHECKING:
    from collectors.layout import Layout

log = logging.getLogger(__name__)


def main(root: str) -> None:
    """Answer until the other side closes the pipe."""
    home = Home(Path(root))
    layouts = home.read_layouts()
    bench = Bench()
    with Reader(layouts) as reader:
        _make_ready(home, bench)
        _warm_up(home, reader, bench, layouts)
        for line in sys.stdin:
            answer = _answer(home, reader, bench, json.loads(line))
            sys.stdout.write(json.dumps(answer, ensure_ascii=True, default=str) + "\n")
            sys.stdout.flush()
            _make_ready(home, bench)


def _make_ready(home: Home, bench: Bench) -> None:
    with suppress(PipelineError):  # the next answer will say what is wrong with the settings
        bench.make_ready(home.settings().timezone)


def _warm_up(home: Home, reader: Reader, bench: Bench, layouts: dict[str, Layout]) -> None:
    """Check a table while nobody waits: parsers are loaded and the night's SQL is planned."""
    with suppress(PipelineError, OSError), a_table(layouts.values()) as path:
        if path is not None:
            settings = home.settings()
            sources = [account.id for account in settings.accounts]
            today = settings.today().isoformat()
            given = {"path": path, "name": path.name, "today": today, "sources": sources}
            _answer(home, reader, bench, given)
            _make_ready(home, bench)


def _answer(home: Home, reader: Reader, bench: Bench, request: dict[str, Any]) -> dict[str, Any]:
    try:
        result = reader.read(Path(request["path"]), request.get("place"), request["name"])
        return judge(home, result, request, bench)
    except Unreadable as refusal:
        return _refused(refusal.reason_zh, refusal.reason_en)
    except Unavailable as error:
        return _refused("服务器读不出这份文件，请重新上传。", str(error))
    except PipelineError as error:
        return _refused("设置读不出来，请告知管理员。", str(error))
    except Exception as error:
        log.exception("receipt failed")
        zh = "检查时出错，这份文件没有收下；请交给宣传处，并告知管理员。"
        return _refused(zh, f"{type(error).__name__}: {error}")


def _refused(zh: str, en: str) -> dict[str, Any]:
    return {
        "status": "refused", "reason_zh": zh, "reason_en": en, "layouts": [], "refused": [],
        "warnings": [], "matches": {},
    }  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1])
