"""Media levels are data that a person edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.base.errors import ConfigError
from pipeline.config.checkout import PLANS
from pipeline.config.media import Medium, load_media

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "media_name,domain,media_level\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name,domain\n", "first line must be media_name,domain,media_level"),
        (f"{HEAD}甲,,\n", "line 2: media_name and media_level"),
        (f"{HEAD}甲,,市级\n甲,,区级\n", "line 3: 甲 stands twice"),
        (f"{HEAD}甲,市级\n", "line 2: not 3 cells"),
        (f"{HEAD}甲,,市级,x\n", "line 2: not 3 cells"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "media.csv").write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=told):
        load_media([tmp_path / "media.csv"])


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_a_table_saved_by_a_windows_editor_is_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "media.csv").write_bytes(f"{HEAD}甲,,市级\n".encode(encoding))
    assert load_media([tmp_path / "media.csv"]) == [Medium("甲", "", "市级")]


def test_a_table_in_no_known_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "media.csv").write_bytes(f"{HEAD}甲,,市级\n".encode() + b"\xff")
    with pytest.raises(ConfigError, match="Save it as UTF-8"):
        load_media([tmp_path / "media.csv"])


def test_the_shipped_table_reads() -> None:
    assert Medium("人民网", "people.com.cn", "中央") in load_media([PLANS / "media.csv"])
