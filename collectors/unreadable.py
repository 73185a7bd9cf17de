"""The refusal of a file, and text of a file made harmless."""

from __future__ import annotations

import re

_LONGEST_REASON = 600
_UNSHOWN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def shown(text: str) -> str:
    """Return text of a file as it may be put before a person.

    Control signs and what turns the direction of writing as escapes.
    """
    # one byte
    return _UNSHOWN.sub(
        lambda sign: f"\\x{ord(sign[0]):02x}" if ord(sign[0]) < 256 else f"\\u{ord(sign[0]):04x}",  # noqa: PLR2004
        text,
    )


class Unreadable(Exception):  # noqa: N818 - a verdict on a file, not a fault of ours
    """A file that is refused: why, and what to do, in Chinese and in English.

    What the file itself says in it is cut and made harmless.
    """

    def __init__(self, reason_zh: str, reason_en: str) -> None:
        super().__init__(reason_zh, reason_en)
        self.reason_zh, self.reason_en = (
            _brief(shown(reason)) for reason in (reason_zh, reason_en)
        )


def _brief(text: str) -> str:
    """Cut the middle out of a long reason: its end says what to do."""
    half = _LONGEST_REASON // 2
    return text if len(text) <= _LONGEST_REASON else f"{text[:half]} … {text[-half:]}"
