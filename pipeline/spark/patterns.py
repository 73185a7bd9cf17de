"""Regular expressions and formats, from what DuckDB reads (RE2, strptime) to what Spark reads (Java)."""

from __future__ import annotations

import re

_DIRECTIVE = {"Y": "yyyy", "m": "M", "d": "d", "b": "MMM", "H": "H", "M": "m", "S": "s", "y": "yy"}
_ANCHORED = re.compile(r"^\^|(?<!\\)\$$")


class UntranslatableError(ValueError):
    """The SQL says something that has no equal on the other engine; the message says what to write instead."""


def java_regex(pattern: str) -> str:
    r"""Return the same expression for Java: `$` is the end of the text only, `.` all but \n, `\s` without \v, `[` in a class itself.

    RE2: https://github.com/google/re2/wiki/Syntax; Java: java.util.regex.Pattern, flag UNIX_LINES (?d).
    """
    out: list[str] = []
    in_class = False
    for token in re.findall(r"\\x\{[0-9a-fA-F]+\}|\\.|.", pattern, re.DOTALL):
        out.append(_token(token, in_class=in_class))
        if token == "[":
            in_class = True
        elif token == "]" and out[-2] not in {"[", "^"}:
            in_class = False
    return ("(?d)" if "." in out else "") + "".join(out)


def _token(token: str, *, in_class: bool) -> str:
    if token == r"\s":
        return r"\t\n\f\r " if in_class else r"[\t\n\f\r ]"
    if in_class:
        return "\\" + token if token in {"[", "&"} else token
    return r"\z" if token == "$" else token


def java_replacement(text: str) -> str:
    r"""Return a replacement with `$1` for `\1` and its own dollars escaped."""
    return re.sub(r"\\([0-9])", r"$\1", text.replace("$", r"\$"))


def only_once(pattern: str) -> bool:
    """Return whether a pattern can match a text at one place only, so that replacing the first is replacing all."""
    return all(_ANCHORED.search(branch) for branch in _branches(pattern))


def _branches(pattern: str) -> list[str]:
    """Split at the `|` that stand outside of groups and classes."""
    found, depth, in_class = [""], 0, False
    for token in re.findall(r"\\.|.", pattern, re.DOTALL):
        in_class = token == "[" or (in_class and token != "]")
        depth += 0 if in_class else (token == "(") - (token == ")")
        if token == "|" and not depth and not in_class:
            found.append("")
        else:
            found[-1] += token
    return found


def java_format(text: str) -> str:
    """Return a strptime format as a Java DateTimeFormatter pattern; letters that stand for themselves are quoted."""
    out = []
    for directive, letter, other in re.findall(r"%([A-Za-z])|([A-Za-z])|([^A-Za-z%])", text):
        if directive and directive not in _DIRECTIVE:
            raise UntranslatableError(
                f"strptime format %{directive} in {text!r} is not translated; add it to {__name__}"
            )
        out.append(_DIRECTIVE[directive] if directive else f"'{letter}'" if letter else other)
    return "".join(out)
