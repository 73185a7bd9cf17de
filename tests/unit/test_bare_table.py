"""A page-export read without a tree gives the rows that its tree gives, or leaves them to it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.model import Grid
from collectors.read import html_table
from collectors.read.bare_table import bare_tables
from collectors.read.html_table import html_grids
from collectors.read.page_styles import Styles

PIECES = [
    "<tr>", "</tr>", "<td>", "</td>", "<th>", "</th>", "<TD colspan=2>", '<td rowspan="3">', "<td/>",
    '<td colspan="x" rowspan="0">', "<tbody>", "</tbody>", "<thead>", "<caption>", "</caption>",
    "<colgroup><col>", "</table>", "<table>", "<div>", "</div>", "<b>", "</b>", "<br>", "<pre>",
    "<!-- 注 -->", "<!--", "-->", "<?x y?>", "<![CDATA[1]]>", "<style>td {}</style>", "<script>1</script>",
    "1,234", "净增", " ", "\n", "\u00a0", "\u3000", "&nbsp;", "&lt;", "&#10;", "&amp", "<", ">", "\t\n ",
    "<template>", "</template>", "<option>", "<form>", "<body>", "</body>", "</html>", "<html>",
]  # fmt: skip


def bare(text: str) -> list[Grid] | None:
    found = bare_tables(text)
    tables = enumerate(found or (), 1)
    return [html_table._grid(number, lines) for number, lines in tables] or None


def tree(text: str) -> object:
    return html_table._of_page(text, Styles(text), is_bare=True)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=3), st.lists(st.sampled_from(PIECES), max_size=25)
)
def test_rows_are_those_of_the_tree(before: list[str], pieces: list[str]) -> None:
    text = f"<html><body>{''.join(before)}<table>{''.join(pieces)}</table></body></html>"
    found = bare(text)
    assert not found or found == tree(text)


@pytest.mark.parametrize(
    "cell", ["<b>1</b>", "1<br>2", "<!-- -->1", "<?x y?>", "<table><tr><td>1</td></tr></table>"]
)
def test_a_cell_of_more_than_text_is_left_to_the_tree(cell: str) -> None:
    assert bare_tables(f"<table><tr><td>{cell}</td></tr></table>") is None


def test_spans_blanks_and_many_tables() -> None:
    text = (
        '<table><tr><th colspan="2">用户增长</th></tr><tr><td rowspan=2>甲</td><td> </td></tr>'
        "<tr><td>&lt;2</td></tr></table><table><tr><td>\n </td><td></td></tr></table>"
    )
    first, second = html_grids(text)
    assert first.rows == [["用户增长", None], ["甲", " "], [None, "<2"]]
    assert first.merged == [(1, 0, 2, 0)]
    assert second.rows == [["\n", None]]
    assert bare(text) == tree(text)
