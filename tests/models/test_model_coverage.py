"""Every model has a rows-in/rows-out test.

Somewhere in tests/ a bench runs it last and looks at its rows.

That every table and column is documented, and has a grain that is checked, is in
tests/unit/test_models.py.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from pipeline.config.checkout import TRANSFORMS
from pipeline.models.folder import load_models
from pipeline.models.model import Model

MODELS = load_models(TRANSFORMS)
TESTS = Path(__file__).parents[1]


def models_run_last(source: str) -> set[str]:
    """Return the models that `….run("…", "schema.model")` of this source builds last.

    `run(*NAMES)` is looked up in the module.
    """
    tree = ast.parse(source)
    named = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    calls = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    )
    return {model for call in calls if call.args for model in _last(call, named)}


def _last(call: ast.Call, named: dict[str, ast.expr]) -> set[str]:
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "run":
        return set()
    last: ast.expr = call.args[-1]
    if isinstance(last, ast.Starred) and isinstance(last.value, ast.Name):
        group = named.get(last.value.id)
        last = group.elts[-1] if isinstance(group, ast.Tuple) else last
    return {last.value} if isinstance(last, ast.Constant) and isinstance(last.value, str) else set()


@pytest.fixture(scope="module")
def tested() -> set[str]:
    return {
        name
        for path in TESTS.rglob("test_*.py")
        for name in models_run_last(path.read_text("utf-8"))
    }


def test_the_finder_sees_a_bench_call_and_nothing_else() -> None:
    source = (
        'ALL = ("staging.a", "staging.b")\nbench.run("staging.c", "mart.d")\nbench.run(*ALL)\n'
        'run("mart.e")\nx = "mart.f"\nbench.put("mart.g")\n'
    )
    assert models_run_last(source) == {"mart.d", "staging.b"}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.table)
def test_model_has_a_test_of_its_rows(model: Model, tested: set[str]) -> None:
    assert model.table in tested, (
        f'no test runs {model.table}: add one with bench.run("{model.table}"), see '
        "tests/support/models.py"
    )


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.table)
def test_model_has_a_grain_that_the_night_checks(model: Model) -> None:
    assert model.grain
    assert set(model.grain) <= set(model.columns)
