"""Regular expressions and formats, from what DuckDB reads (RE2, strptime) to what Spark reads (Java)."""

from __future__ import annotations

import re

_DIRECTIVE = {"Y": "yyyy", "m": "M", "d": "d", "b": "MMM", "H": "H", "M": "m", "S": "s", "y": "yy"}
_ANCHORED = re.compile(r"^\^|(?<!\\)\$$")


class UntranslatableError(ValueError):
    """The SQL says something that has no equal on the other engine.

    The message says what to write instead.
    """


def java_regex(pattern: str) -> str:
    r"""Return the same expression for Java.

    `$` is the end of the text only, `.` all but \n, `\s` without \v, `[` in a class itself.

    RE2: https://github.com/google/re2/wiki/Syntax; Java: java.util.regex.Pattern, flag UNIX_LINES
    (?d).
    """
    out: list[str] = []
    in_class = False
    for part in re.findall(r"\\x\{[0-9a-fA-F]+\}|\\.|.", pattern, re.DOTALL):
        out.append(_part(part, in_class=in_class))
        if part == "[":
            in_class = True
        elif part == "]" and out[-2] not in {"[", "^"}:
            in_class = False
    return ("(?d)" if "." in out else "") + "".join(out)


def _part(part: str, *, in_class: bool) -> str:
    if part == r"\s":
        return r"\t\n\f\r " if in_class else r"[\t\n\f\r ]"
    if in_class:
        return "\\" + part if part in {"[", "&"} else part
    return r"\z" if part == "$" else part


def java_replacement(text: str) -> str:
    r"""Return a replacement with `$1` for `\1` and its own dollars escaped."""
    return re.sub(r"\\([0-9])", r"$\1", text.replace("$", r"\$"))


def only_once(pattern: str) -> bool:
    """Return whether a pattern can match a text at one place only.

    Then replacing the first is replacing all.
    """
    return all(_ANCHORED.search(branch) for branch in _branches(pattern))


def _branches(pattern: str) -> list[str]:
    """Split at the `|` outside of groups and classes."""
    found, depth, in_class = [""], 0, False
    for part in re.findall(r"\\.|.", pattern, re.DOTALL):
        in_class = part == "[" or (in_class and part != "]")
        depth += 0 if in_class else (part == "(") - (part == ")")
        if part == "|" and not depth and not in_class:
            found.append("")
        else:
            found[-1] += part
    return found


def java_format(text: str) -> str:
    """Return a strptime format as a Java DateTimeFormatter pattern.

    Numbers take one digit or two, but two where another number touches.
    """
    tokens = re.findall(r"%[A-Za-z]|[^%]", text)
    return "".join(
        _field(
            token,
            alone=not _is_number(tokens[place - 1 : place])
            and not _is_number(tokens[place + 1 : place + 2]),
        )
        for place, token in enumerate(tokens)
    )


def _is_number(token: list[str]) -> bool:
    return bool(token) and token[0].startswith("%") and token[0] != "%b"


def _field(token: str, *, alone: bool) -> str:
    if not token.startswith("%"):
        return f"'{token}'" if token.isalpha() else token
    if token[1] not in _DIRECTIVE:
        raise UntranslatableError(
            f"strptime format {token} is not translated; add it to {__name__}"
        )
    letters = _DIRECTIVE[token[1]]
    return letters if alone or len(letters) > 1 else letters * 2
