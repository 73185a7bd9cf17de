"""An office's own media levels count in the night."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.homes import make_home, rows, run

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "media_name,domain,media_level\n"


def test_the_offices_own_file_replaces_and_adds(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    (home / "media.csv").write_text(
        f"\ufeff{HEAD}示例日报,daily.example.cn,区级\n新华网,news.cn,转载\n", "utf-8"
    )
    lines = [
        "标题,媒体名称,发布时间,链接,媒体级别", "一,示例日报,2023-06-01,,",
        "二,某客户端,2023-06-02,https://m.news.cn/a,", "三,人民网,2023-06-03,,",
        "四,人民网,2023-06-04,,央级", "五,无名小站,2023-06-05,https://x.example.com/1,",
    ]  # fmt: skip
    (home / "inbox" / "news" / "n.csv").write_text("\n".join(lines), "utf-8")
    run(home, "2023-06-30")
    found = rows(home, "select title, media_level from mart.mention order by published_on")
    assert found == [("一", "区级"), ("二", "转载"), ("三", "中央"), ("四", "央级"), ("五", None)]
