"""Whose file is it.

What the figures say about each account, in words that one unit may read and in words for the
office.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_ENOUGH = 3  # known keys before they say anything
_MANY = 7  # before they say that a file is another account's
_SAME, _OTHER = 0.8, 0.2  # share of known keys whose figures agree
_NEAR, _FAR = 0.05, 0.2  # how far a level may move from one file to the next
_A_DAY = 0.002  # and further, a day between them


@dataclass(frozen=True)
class Candidate:
    """A folder a file could go into, as a person reads it."""

    source: str
    name: str
    unit: str = ""


def verdict(match: dict[str, Any]) -> str:
    """Return what the figures say: same, continues, other, breaks, new (no history) or open."""
    if match["known"] >= _ENOUGH:
        share = match["same"] / match["known"]
        return (
            "same"
            if share >= _SAME
            else "other"
            if share <= _OTHER and match["known"] >= _MANY
            else "open"
        )
    moves = [_moved(match[side]) for side in ("before", "after") if match[side]]
    if moves:
        return "continues" if max(moves) <= 0 else "breaks" if min(moves) > _FAR - _NEAR else "open"
    return "open" if match["has_history"] else "new"


def _moved(step: dict[str, Any]) -> float:
    """Return by which share of the level a step is larger than usual; 0 or less: it continues."""
    usual = _NEAR + _A_DAY * max(0, int(step["days"]) - 1)
    return float(abs(step["here"] - step["level"]) / max(float(step["level"]), 1.0) - usual)


def settle(verdicts: dict[str, str]) -> str | None:
    """Return the one source that the figures settle; None leaves the choice to the person."""
    for wanted in ("same", "continues"):
        found = [source for source, said in verdicts.items() if said == wanted]
        if len(found) == 1:
            return found[0]
        if found:
            return None
    if len(verdicts) == 1:
        ((source, said),) = verdicts.items()
        return source if said in ("new", "open") else None
    return None


def reason_zh(candidate: Candidate, match: dict[str, Any], said: str, *, is_only: bool) -> str:
    """Return why a candidate is likely or not."""
    if said == "same":
        return f"{match['same']}条已有数字与这份一致"
    if said == "continues":
        return "数字与以往接得上"
    if said == "other":
        return f"{match['known']}条已有数字中{match['changed']}条与这份不同"
    if said == "breaks":
        step = match["before"] or match["after"]
        return f"与以往的数字接不上（应接近{step['level']:,}，文件里是{step['here']:,}）"
    if is_only:
        return f"只有{candidate.name}一个可选"
    return "以往没有这类数据" if said == "new" else "数字不足以判断"


def doubt(
    source: Candidate, matches: dict[str, Any], names: dict[str, str], *, sees_all: bool
) -> str:
    """Return why handing a file in under `source` is doubtful, '' when it is not.

    A unit reads no other account's name.
    """
    own = verdict(matches[source.source])
    twin = next(
        (
            other
            for other, match in matches.items()
            if other != source.source and match["known"] >= _MANY and verdict(match) == "same"
        ),
        None,
    )
    if own not in ("other", "breaks") and not (twin and own in ("new", "open")):
        return ""
    if twin and sees_all:
        return (
            f"{matches[twin]['same']}条数字与{names.get(twin, twin)}完全一致，"
            f"与{source.name}接不上。"
        )
    match = matches[source.source]
    step = match["before"] or match["after"]
    detail = (
        f"（应接近{step['level']:,}，文件里是{step['here']:,}）" if own == "breaks" and step else ""
    )
    return (
        f"与{source.name}以往的数字接不上{detail}。请核对后台左上角的账号名；确实无误的，"
        "可交宣传处判定。"
    )
