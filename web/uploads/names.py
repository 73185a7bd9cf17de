"""Names of uploads: what a browser sends is shown and becomes the name in the inbox, never a path."""

from __future__ import annotations

import os
import unicodedata

from collectors.unreadable import shown

_LONGEST = 180  # bytes: the night adds `.reason.txt` and more
_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"|?*', "_"))


def safe_name(raw: bytes) -> str:
    """Return the last part of a name with its suffix and without control signs.

    It is never empty and never hidden.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", "replace")
    text = unicodedata.normalize("NFC", text).replace("\\", "/").rpartition("/")[2]
    text = shown(text).replace("\\", "_").translate(_FORBIDDEN).strip().lstrip(".").strip()
    stem, dot, suffix = text.rpartition(".")
    if not dot or len(os.fsencode(suffix)) > 16:  # noqa: PLR2004 - no suffix
        stem, suffix = text, ""
    room = _LONGEST - len(os.fsencode(suffix)) - 1
    stem = os.fsencode(stem)[:room].decode("utf-8", "ignore").strip() or "文件"
    return f"{stem}.{suffix}" if suffix else stem
