"""Files that are no table: what each is by its bytes, and what to do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Collection

_PICTURE = ("图片或截图", "picture", "请提交导出的表格文件，截图不能入库")
_VIDEO = ("视频或音频", "video or sound", "请提交导出的表格文件")
_PACKED = "请解压后把里面的导出文件放入"
_BY_BYTES: tuple[tuple[bytes, tuple[str, str, str]], ...] = (
    (b"%PDF", ("PDF 文件", "PDF", "请从平台或 Excel 导出 .xlsx 后重新提交")),
    (b"\x89PNG", _PICTURE), (b"\xff\xd8\xff", _PICTURE), (b"GIF8", _PICTURE), (b"II*\0", _PICTURE),
    (b"MM\0*", _PICTURE),
    (b"Rar!\x1a\x07", ("RAR 压缩包", "RAR archive", _PACKED)),
    (b"7z\xbc\xaf\x27\x1c", ("7z 压缩包", "7z archive", _PACKED)),
    (b"\x1f\x8b", ("gz 压缩文件", "gzip file", _PACKED)),
    (b"BZh", ("bz2 压缩文件", "bzip2 file", _PACKED)),
    (b"\xfd7zXZ", ("xz 压缩文件", "xz file", _PACKED)),
    (b"\x28\xb5\x2f\xfd", ("zst 压缩文件", "zstd file", _PACKED)),
    (b"{\\rtf", ("RTF 文档", "RTF document", "请把其中的表格另存为 .xlsx 后重新提交")),
    (b"SQLite format 3", ("SQLite 数据库", "SQLite database", "请导出为 .xlsx 或 CSV 后重新提交")),
    (b"ID3", _VIDEO), (b"OggS", _VIDEO), (b"\x1aE\xdf\xa3", _VIDEO),
    (b"MZ", ("Windows 程序", "Windows program", "请核对是否放错文件")),
    (b"\x7fELF", ("程序", "program", "请核对是否放错文件")),
    (b"PAR1", ("Parquet 数据文件", "Parquet file", "请导出为 .xlsx 或 CSV 后重新提交")),
)  # fmt: skip
_BY_PART: tuple[tuple[str, tuple[str, str, str]], ...] = (
    (
        "xl/workbook.bin",
        ("Excel 的 .xlsb 二进制工作簿", ".xlsb workbook", "请另存为.xlsx后重新提交"),
    ),
    (
        "word/document.xml",
        ("Word 文档（.docx）", "Word document", "请把其中的表格另存为 .xlsx 后重新提交"),
    ),
    (
        "ppt/presentation.xml",
        ("PPT 演示文稿（.pptx）", "presentation", "请把其中的表格另存为 .xlsx 后重新提交"),
    ),
    (
        "index/document.iwa",
        (
            "苹果 Numbers 或 Pages 文档", "Numbers or Pages document",
            "请导出为 Excel（.xlsx）后重新提交",
        ),
    ),
    (
        "index.zip",
        (
            "苹果 Numbers 或 Pages 文档", "Numbers or Pages document",
            "请导出为 Excel（.xlsx）后重新提交",
        ),
    ),
    ("androidmanifest.xml", ("安卓安装包", "Android package", "请核对是否放错文件")),
    ("ofd.xml", ("OFD 版式文件", "OFD document", "请从平台或 Excel 导出 .xlsx 后重新提交")),
)  # fmt: skip
_MIMETYPES = {
    b"application/vnd.oasis.opendocument.spreadsheet": (
        "WPS/LibreOffice的.ods表格", ".ods spreadsheet", "请另存为.xlsx后重新提交",
    ),
    b"application/vnd.oasis.opendocument.text": (
        "LibreOffice 文档（.odt）", ".odt document", "请把其中的表格另存为 .xlsx 后重新提交",
    ),
    b"application/epub+zip": ("电子书（.epub）", "e-book", "请核对是否放错文件"),
}  # fmt: skip
_OLE2 = {
    "WordDocument": ("Word 文档（.doc）", "Word document", "请把其中的表格另存为 .xlsx 后重新提交"),
    "PowerPoint Document": (
        "PPT 演示文稿（.ppt）",
        "presentation",
        "请把其中的表格另存为 .xlsx 后重新提交",
    ),
    "__properties_version1.0": (
        "Outlook 邮件（.msg）",
        "Outlook message",
        "请把邮件里的附件另存后放入",
    ),
}
_TAR, _FTYP = 257, 4
_MAIL_HEADS = (
    b"from: <saved by ",
    b"mime-version:",
    b"received: ",
    b"return-path:",
    b"delivered-to:",
)


def refuse_foreign(data: bytes) -> None:
    """Refuse what its first bytes show to be no table."""
    for mark, kind in _BY_BYTES:
        if data.startswith(mark):
            raise _no_table(kind)
    if data[_FTYP : _FTYP + 4] == b"ftyp":
        raise _no_table(_PICTURE if data[8:12] in (b"heic", b"heix", b"mif1", b"avif") else _VIDEO)
    if data[:4] == b"RIFF" and data[8:12] in (b"WEBP", b"AVI ", b"WAVE"):
        raise _no_table(_PICTURE if data[8:12] == b"WEBP" else _VIDEO)
    if data[:2] == b"BM" and int.from_bytes(data[2:6], "little") == len(data):
        raise _no_table(_PICTURE)
    if data[_TAR : _TAR + 5] == b"ustar":
        raise _no_table(("tar 归档", "tar archive", _PACKED))
    if data[:20].lower().startswith(_MAIL_HEADS) or b"\nmime-version:" in data[:2000].lower():
        raise _no_table(
            (
                "单个文件网页（.mht）或邮件",
                "MHTML page or mail",
                "请把网页另存为“网页，仅HTML”，或把邮件附件另存后放入",
            )
        )


def refuse_ole2(data: bytes) -> None:
    """Refuse documents in Excel's old container that are no workbook."""
    for stream, kind in _OLE2.items():
        if stream.encode("utf-16-le") in data and "Workbook".encode("utf-16-le") not in data:
            raise _no_table(kind)


def refuse_parts(names: Collection[str], mimetype: bytes) -> None:
    """Refuse a zip that is a document of another program."""
    if kind := _MIMETYPES.get(mimetype.strip()):
        raise _no_table(kind)
    lower = {name.replace("\\", "/").lower() for name in names}
    for part, kind in _BY_PART:
        if part in lower:
            raise _no_table(kind)


def _no_table(kind: tuple[str, str, str]) -> Unreadable:
    zh, en, remedy = kind
    return Unreadable(
        f"这是{zh}，{remedy}。", f"A {en}, no table that can be read. Export or save it as .xlsx."
    )
