"""Decode text strictly: by its byte-order mark, by what it declares, else UTF-8 or GB18030.

Whatever else it may be is refused.

Strictly valid UTF-8 of several signs is UTF-8, whatever a page declares: no other text is that by
chance.
"""

from __future__ import annotations

import codecs
import re

from collectors.read.common_signs import COMMON_SIGNS
from collectors.unreadable import Unreadable

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_NOTES = re.compile(
    rb"(?:\s*+<!--(?:[\x20-\x2c\x2e-\x7e\s]|-(?!->))*+-->)++\s*+(?=\xef\xbb\xbf|\xff\xfe|\xfe\xff)"
)  # a fetcher's, before the page's own mark
_DECLARED = re.compile(
    rb"""<\?xml[^>]*?\bencoding\s*=\s*["']([\w.:-]+)|<meta[^>]*?\bcharset\s*=\s*["']?\s*([\w.:-]+)""",
    re.IGNORECASE,
)
_CODECS = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030",
    "cp936": "gb18030", "ms936": "gb18030",
    "big5": "big5hkscs", "x-x-big5": "big5hkscs", "big5-hkscs": "big5hkscs",
    "big5_hkscs": "big5hkscs", "cp950": "cp950",
    "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "sjis": "cp932",
    "windows-31j": "cp932",
    "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "iso-8859-1": "cp1252", "latin1": "cp1252",
    "us-ascii": "cp1252", "ascii": "cp1252",
    "hz-gb-2312": "hz", "utf8": "utf-8", "unicode": "utf-16",
}  # fmt: skip
_USER_DEFINED = re.compile(
    "[\ue000-\ue765]"
)  # where GB18030 puts what it has no sign for; U+E766-E864 are signs of its own
_HANZI = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_ENOUGH, _SHARE = 6, 0.45
_ESCAPES = re.compile(rb"\x1b\$[()*+A-Z]")
_HZ = re.compile(rb"~\{(?:[!-w][!-~])+~\}")
# two Chinese characters of UTF-8 in a row
_UTF8_WORDS = re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf]{2}){2,}")
_PIECE = re.compile(rb'[^\r\n\t,;"<>]+')
_SOUND = re.compile(
    r"[\t\r\n\x20-\x7e\u00a0-\u024f\u2000-\u206f\u2100-\u22ff\u2460-\u24ff\u25a0-\u26ff\u3000-\u33ff\u4e00-\u9fff\uff00-\uffef]*"
)
_MOST_DAMAGE = 0.1


def decode(data: bytes) -> tuple[str, str]:
    """Return (text, encoding).

    Unreadable when the encoding is not known for sure, or the text is damaged.
    """
    if notes := _NOTES.match(data):
        text, encoding = decode(data[notes.end() :])
        return notes[0].decode("ascii") + text, encoding
    text, encoding = _decoded(data)
    text = text.replace("\ufeff", "")  # marks of files that were put together
    if "\x00" in text:
        raise Unreadable(
            "文本中有空字节（NUL），文件不是正常的表格，请重新导出。",
            "NUL bytes in the text: no ordinary table. Export it again.",
        )
    return text, encoding


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strict(data, encoding), encoding
    declared = _declared(data)
    if declared and (text := _utf8_of_several(data)) is not None:
        return text, "utf-8"
    if declared:
        text = _strict(data, declared)
        return (_genuine(data, text) if declared == "gb18030" else text), declared
    return _undeclared(data)


def _declared(data: bytes) -> str | None:
    """Return the encoding a page or feed declares; one that Python does not know is reported."""
    if not data.lstrip().startswith(b"<"):
        return None
    found = _DECLARED.search(data[:8192])
    if not found:
        return None
    name = (found[1] or found[2]).decode("ascii").lower()
    try:
        return (
            codecs.lookup(_CODECS.get(name, name)).name.replace("_", "-").replace("utf-16", "utf-8")
        )  # no mark, ASCII found: no UTF-16
    except LookupError:
        raise Unreadable(
            f"文件声明的编码“{name}”不认识，请另存为 UTF-8 后再放入。",
            f"The declared encoding {name} is unknown. Save it as UTF-8.",
        ) from None


def _utf8_of_several(data: bytes) -> str | None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    # 联通 is valid UTF-8
    return text if sum(map(len, re.findall("[^\x00-\x7f]+", text))) > 2 else None  # noqa: PLR2004


def _undeclared(data: bytes) -> tuple[str, str]:
    if _ESCAPES.search(data):
        raise _refused("ISO-2022（含转义序列）", "ISO-2022 escapes")
    if b"\x00" in data:
        return _without_mark(data)
    if data.isascii():
        return data.decode("hz" if _HZ.search(data) else "ascii"), "hz" if _HZ.search(
            data
        ) else "utf-8"
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        _refuse_damaged_utf8(data, error)
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise Unreadable(
            "文本编码无法识别（试过 utf-8, gb18030），请另存为 UTF-8 CSV 后再放入。",
            "Text in no known encoding (tried utf-8, gb18030). Save it as UTF-8 CSV.",
        ) from error
    _refuse_mixture(data)
    return _genuine(data, text), "gb18030"


def _genuine(data: bytes, text: str) -> str:
    """Return GB18030 text; refuse what only decodes by chance.

    Signs that do not exist, or hardly a common one (Big5, Shift-JIS, EUC-KR).
    """
    if found := _USER_DEFINED.search(text):
        number = text.count("\n", 0, found.start()) + 1
        raise _refused(
            f"Big5 等（第 {number} 行按 GB18030 解码得到不存在的字）",
            f"not GB18030 in line {number}, perhaps Big5",
        )
    signs = _HANZI.findall(text)
    if (
        len(signs) >= _ENOUGH
        and sum(sign in COMMON_SIGNS for sign in signs) < _SHARE * len(signs)
        and not _is_legacy(data)
    ):
        raise _refused(
            "Big5、Shift-JIS 或 EUC-KR（按 GB18030 解码几乎没有常用字）",
            "not GB18030: hardly a common sign; perhaps Big5",
        )
    return text


def _is_legacy(data: bytes) -> bool:
    """Return whether text has rare signs of four bytes: they are GB18030's alone."""
    return bool(re.search(rb"[\x81-\xfe][\x30-\x39][\x81-\xfe][\x30-\x39]", data))


def _without_mark(data: bytes) -> tuple[str, str]:
    """Decode UTF-16 or UTF-32 without a mark where exactly one byte order gives a text."""
    found: list[tuple[str, str]] = []
    for encoding in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _SOUND.fullmatch(text):
            found.append((text, encoding))
    if len(found) == 1:
        return found[0]
    if len(data) > 4 and data.count(b"\x00") * 4 < len(data):  # noqa: PLR2004
        raise Unreadable(
            "文本中有空字节（NUL），文件不是正常的表格，请重新导出。",
            "NUL bytes in the text: no ordinary table. Export it again.",
        )
    raise _refused(
        "UTF-16 或 UTF-32（没有字节序标记）", "UTF-16 or UTF-32 without a byte-order mark"
    )


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            (
                f"文件应为 {encoding} 编码，但第 {number} 行有损坏的字节（下载可能中断）。"
                "请重新下载，或另存为 UTF-8 后再放入。"
            ),
            f"Not valid {encoding} in line {number}, perhaps cut off. Download it again or save it as UTF-8.",
        ) from error


def _refuse_damaged_utf8(data: bytes, error: UnicodeDecodeError) -> None:
    """Refuse UTF-8 with a few bad bytes or a cut end, before GB18030 makes nonsense of it."""
    text = data.decode("utf-8", "replace")
    bad, good = (
        text.count("\ufffd"),
        sum(map(len, re.findall("[\u0080-\uffef\U00010000-\U0010ffff]+", text))),
    )
    if good >= 2 and bad <= max(1, good * _MOST_DAMAGE):  # noqa: PLR2004
        number = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            (
                f"UTF-8 文本第 {number} 行有损坏的字节，或在此被截断（下载可能中断）。请重新下载，"
                "或另存为 UTF-8 CSV 后再放入。"
            ),
            f"Damaged UTF-8 in line {number}, or cut off there. Download it again.",
        ) from error


def _refuse_mixture(data: bytes) -> None:
    """Refuse GB18030 with cells of UTF-8.

    No cell of GB18030 is by chance whole UTF-8 with two Chinese signs.
    """
    for found in _UTF8_WORDS.finditer(data):
        start = found.start()
        before = max(
            data.rfind(sign, 0, start)
            for sign in (b"\n", b"\r", b"\t", b",", b";", b'"', b"<", b">")
        )
        piece = _PIECE.match(data, before + 1)
        if piece and _is_utf8(piece[0]):
            number = data.count(b"\n", 0, start) + 1
            raise Unreadable(
                (
                    f"同一文件里混有两种编码：第 {number} 行是 UTF-8，其余是 GB18030。请统一另存为 "
                    "UTF-8 CSV。"
                ),
                f"Two encodings in one file: line {number} is UTF-8, the rest GB18030. Save it as UTF-8 CSV.",
            )


def _is_utf8(piece: bytes) -> bool:
    try:
        piece.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _refused(zh: str, en: str) -> Unreadable:
    return Unreadable(
        f"文本编码不是 UTF-8 或 GB18030，像是{zh}。请另存为 UTF-8 CSV 后再放入。",
        f"Text in another encoding: {en}. Save it as UTF-8 CSV.",
    )  # fmt: skip
