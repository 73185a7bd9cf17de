"""Every regular expression of the Python code, and long inputs that a pattern with two ways to read
one text takes for ever to refuse.
"""

from __future__ import annotations

import ast
import re
import tomllib
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any, cast

from sqlglot import TokenType
from sqlglot.dialects.dialect import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlglot.tokens import Token

_ROOMS = ("collectors", "pipeline", "reports", "web", "plans")
_USES = frozenset(
    {"compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"}
)
_SQL_USES = frozenset(
    {"regexp_matches", "regexp_full_match", "regexp_replace", "regexp_extract",
     "regexp_extract_all", "regexp_split_to_array", "string_split_regex"}
)  # fmt: skip
_OPENS = (TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE)
_CLOSES = (TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE)
_CANDIDATES = "a0 中\n<>\"'/.,:=-&;()（）A1月日年%+\\[]{}#@_*?!|~\t"


def patterns(checkout: Path) -> Iterator[tuple[str, str | bytes, int, list[str]]]:
    """Yield (file:line, pattern, flags, methods it is used with) of every literal pattern in the
    Python code.
    """
    for room in _ROOMS:
        for path in sorted((checkout / room).rglob("*.py")):
            tree = ast.parse(path.read_text("utf-8"))
            names = {
                id(node.value): _name(node.targets[0])
                for node in ast.walk(tree)
                if isinstance(node, ast.Assign)
            }
            uses = [
                (_name(node.value), node.attr)
                for node in ast.walk(tree)
                if isinstance(node, ast.Attribute)
            ]
            for node in ast.walk(tree):
                if _is_use(node) and isinstance(node.args[0], ast.Constant):  # type: ignore[attr-defined]
                    where = f"{path.relative_to(checkout)}:{node.lineno}"  # type: ignore[attr-defined]
                    method = node.func.attr  # type: ignore[attr-defined]
                    known = [
                        attr
                        for name, attr in uses
                        if name and name == names.get(id(node)) and attr in _USES
                    ]
                    methods = [method] if method != "compile" else sorted(set(known)) or ["search"]
                    yield where, cast("str | bytes", node.args[0].value), _flags(node), methods  # type: ignore[attr-defined]


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def use(compiled: re.Pattern[Any], method: str, text: Any) -> None:
    """Use a pattern as the code does."""
    if method in ("sub", "subn"):
        compiled.sub(text[:0], text)
    elif method in ("match", "fullmatch"):
        getattr(compiled, method)(text)
    else:
        for _ in compiled.finditer(text):
            pass


def _is_use(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and bool(node.args)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _USES
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
    )


def _flags(node: Any) -> int:
    names = [
        part.attr
        for part in ast.walk(node)
        if isinstance(part, ast.Attribute) and part.attr.isupper()
    ]
    found = 0
    for name in names:
        found |= int(getattr(re, name, 0))
    return found


def bad_inputs(pattern: str | bytes, flags: int, length: int) -> list[str | bytes]:
    """Return texts of `length` that almost match.

    Each repeated part alone, and all of them, pumped and followed by what does not fit.
    """
    text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
    tree = parser.parse(text, flags)
    repeats = sum(1 for _ in _repeats(tree))
    pumped = [_sample(tree, which, length) for which in (*range(repeats), None)]
    lone = [_sample(one, None, length) for one in _repeats(tree)]
    found = [f"{start}{end}" for start in dict.fromkeys([*pumped, *lone]) for end in ("\0", "\n\0")]
    if isinstance(pattern, bytes):
        return [one.encode("latin-1", "replace") for one in found]
    return list(found)


def _repeats(tree: Any) -> Iterator[Any]:
    for kind, value in tree:
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT) and value[1] > 20:
            yield [(kind, value)]
        for part in _parts(kind, value):
            yield from _repeats(part)


def _parts(kind: Any, value: Any) -> list[Any]:
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        return [value[2]]
    if kind is op.SUBPATTERN:
        return [value[3]]
    if kind is op.BRANCH:
        return list(value[1])
    if kind is op.ATOMIC_GROUP:
        return [value]
    return []


def _sample(tree: Any, which: int | None, length: int) -> str:  # noqa: C901 - a case a kind
    """Return a text for the tree in which the repeat number `which` (None.

    Every one) is as long as `length`.
    """
    counter = iter(range(10**6))

    def text(part: Any) -> str:
        return "".join(one(kind, value) for kind, value in part)

    def one(kind: Any, value: Any) -> str:  # noqa: PLR0911 - a case a kind
        match kind:
            case op.LITERAL:
                return chr(value)
            case op.NOT_LITERAL:
                return next(sign for sign in _CANDIDATES if ord(sign) != value)
            case op.ANY:
                return "a"
            case op.IN:
                return _member(value)
            case op.SUBPATTERN:
                return text(value[3])
            case op.ATOMIC_GROUP:
                return text(value)
            case op.BRANCH:
                return text(value[1][0])
            case op.MAX_REPEAT | op.MIN_REPEAT | op.POSSESSIVE_REPEAT:
                low, high, inner = value
                mine = next(counter) if high > 20 else -1
                content = text(inner) or "a"
                is_pumped = mine >= 0 and which in (None, mine)
                least = max(int(low), int(mine >= 0))
                return content * (min(int(high), length // len(content)) if is_pumped else least)
        return ""

    return text(tree)[: 2 * length]


def _member(items: Any) -> str:
    negated = items[0][0] is op.NEGATE
    return next((sign for sign in _CANDIDATES if _is_in(sign, items) != negated), _first(items))


def _is_in(sign: str, items: Any) -> bool:
    classes: dict[Any, Any] = {
        op.CATEGORY_DIGIT: str.isdigit, op.CATEGORY_SPACE: str.isspace,
        op.CATEGORY_WORD: lambda s: s.isalnum() or s == "_",
    }  # fmt: skip
    for kind, value in items:
        if kind is op.LITERAL and ord(sign) == value:
            return True
        if kind is op.RANGE and value[0] <= ord(sign) <= value[1]:
            return True
        if kind is op.CATEGORY:
            if value in classes and classes[value](sign):
                return True
            opposite: dict[Any, Any] = {
                op.CATEGORY_NOT_DIGIT: str.isdigit, op.CATEGORY_NOT_SPACE: str.isspace,
                op.CATEGORY_NOT_WORD: classes[op.CATEGORY_WORD],
            }  # fmt: skip
            if value in opposite and not opposite[value](sign):
                return True
    return False


def _first(items: Any) -> str:
    for kind, value in items:
        if kind is op.LITERAL:
            return chr(value)
        if kind is op.RANGE:
            return chr(value[0])
    return "a"


def sql_patterns(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield (file:line, pattern as Python writes it) of every literal pattern in the SQL below a
    folder.

    Patterns that are put together, or stand in a column, are none.
    """
    for path in sorted(folder.rglob("*.sql")):
        tokens = Dialect.get_or_raise("duckdb").tokenize(path.read_text("utf-8"))
        for place, token in enumerate(tokens):
            if token.text.lower() in _SQL_USES and (found := _second_argument(tokens[place + 1 :])):
                yield f"{path.relative_to(folder)}:{token.line}", _as_python(found)


def _second_argument(tokens: list[Token]) -> str | None:
    """Return the second argument of the call that begins here, when it is one literal text."""
    depth, commas = 0, 0
    for place, token in enumerate(tokens):
        kind = token.token_type
        depth += (kind in _OPENS) - (kind in _CLOSES)
        if not depth:
            return None
        commas += depth == 1 and kind is TokenType.COMMA
        if commas == 1 and kind is TokenType.COMMA and depth == 1:
            text, after = tokens[place + 1], tokens[place + 2]
            is_whole = after.token_type in (TokenType.COMMA, TokenType.R_PAREN)
            return text.text if text.token_type is TokenType.STRING and is_whole else None
    return None


def _as_python(pattern: str) -> str:
    """Return an RE2 pattern as Python writes it."""
    return re.sub(r"\\x\{([0-9a-f]+)\}", lambda match: f"\\U{int(match[1], 16):08x}", pattern)


def layout_patterns(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield (file, pattern) of every pattern in the layout declarations of a folder."""
    for path in sorted(folder.rglob("*.toml")):
        for layout in tomllib.loads(path.read_text("utf-8")).values():
            for table in layout.get("tables", ()):
                for column in table.get("columns", ()):
                    if "pattern" in column:
                        yield path.name, column["pattern"]
