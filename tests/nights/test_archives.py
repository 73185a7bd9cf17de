"""Zip archives of exports: each file inside is read for itself; what cannot be unpacked says why."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from collectors.read.archive import members
from tests.support.homes import growth_html, make_home, pipeline, rows, run

DAYS = [("2023-06-01", "20", "5", "15", "1015"), ("2023-06-02", "20", "5", "15", "1030")]


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def test_names_in_gbk_are_read(tmp_path: Path) -> None:
    """Programs on Chinese Windows write names in GBK and do not say so.

    The flag for UTF-8 is not set.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("ABCD.csv", b"x")
    path = tmp_path / "a.zip"
    path.write_bytes(stream.getvalue().replace(b"ABCD.csv", "导出".encode("gb18030") + b".csv"))
    assert list(members(path)) == [("导出.csv", b"x")]


def test_each_file_of_an_archive_is_a_file_of_its_own(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    inside = {
        "导出/一.xls": growth_html(DAYS[0]).encode(),
        "二.xls": growth_html(DAYS[1]).encode(),
        "截图.png": b"\x89PNG\r\n\x1a\n",
        "__MACOSX/x": b"x",
    }
    (home / "inbox" / "main-wechat" / "导出.zip").write_bytes(zipped(inside))
    run(home, "2023-06-30", 3)
    found = rows(
        home, "select original_name, status, rows_loaded from ops.file order by original_name"
    )
    assert found == [
        ("导出.zip／二.xls", "loaded", 1),
        ("导出.zip／导出／一.xls", "loaded", 1),
        ("导出.zip／截图.png", "quarantined", 0),
    ]
    assert rows(
        home, "select count(*), max(followers) from mart.account_daily where followers is not null"
    ) == [(2, 1030)]
    assert list((home / "inbox" / "main-wechat").iterdir()) == []
    before = rows(
        home,
        (
            "select date, followers from mart.account_daily where followers is not null order by "
            "date"
        ),
    )
    done = pipeline(home, "rebuild")
    assert done.returncode in (0, 3), done.stderr
    assert (
        rows(
            home,
            (
                "select date, followers from mart.account_daily where followers is not null order "
                "by date"
            ),
        )
        == before
    )


def test_a_dry_run_leaves_an_archive_alone(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    path = home / "inbox" / "main-wechat" / "导出.zip"
    path.write_bytes(zipped({"一.xls": growth_html(DAYS[0]).encode()}))
    pipeline(home, "run", "--as-of", "2023-06-30", "--dry-run")
    assert path.exists()


def test_archives_that_cannot_be_unpacked_say_why(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    folder = home / "inbox" / "main-wechat"
    inner = zipped({"一.xls": growth_html(DAYS[0]).encode()})
    (folder / "多层.zip").write_bytes(zipped({"里.zip": inner}))
    (folder / "空.zip").write_bytes(zipped({}))
    (folder / "大.zip").write_bytes(zipped({"零.csv": b"0" * 30_000_000}))
    run(home, "2023-06-30", 3)
    reasons = dict(rows(home, "select original_name, reason from ops.file"))
    assert "压缩包里的压缩包" in reasons["多层.zip／里.zip"]
    assert "没有文件" in reasons["空.zip"]
    assert "过大" in reasons["大.zip"]
