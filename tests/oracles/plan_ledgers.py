"""Oracle of what the plan asks beside its targets. The worlds hand in no such ledgers.

What stays empty must be empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from tests.oracles.works import publications

if TYPE_CHECKING:
    from tests.oracles.truth import Asked, Truth

KEYS = {
    "public_site": ["site_id"],
    "submission": ["submission_id"],
    "submission_count": ["sender", "section_name"],
    "project_figure": ["project_id", "figure", "counted_on"],
    "brand_column": ["column_id"],
}


def _nothing(name: str) -> pd.DataFrame:
    return pd.DataFrame(columns=KEYS[name])


def public_site(_truth: Truth, _asked: Asked) -> pd.DataFrame:
    """mart.public_site."""
    return _nothing("public_site")


def submission(_truth: Truth, _asked: Asked) -> pd.DataFrame:
    """mart.submission."""
    return _nothing("submission")


def submission_count(_truth: Truth, _asked: Asked) -> pd.DataFrame:
    """mart.submission_count."""
    return _nothing("submission_count")


def project_figure(_truth: Truth, _asked: Asked) -> pd.DataFrame:
    """mart.project_figure."""
    return _nothing("project_figure")


def brand_column(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.brand_column: publications of the year whose section names the column."""
    press = publications(truth, asked)
    press = press[press["published_on"].between(asked.start, asked.upto)]
    section = (
        press["section"].fillna("") if "section" in press else pd.Series("", index=press.index)
    )
    rows = []
    for column in truth.plan["media_columns"]:
        mine = press[[any(word in text for word in column["words"]) for text in section]]
        rows.append(
            {"column_id": column["id"], "name_zh": column["name_zh"], "mentions": len(mine)}
        )
    return pd.DataFrame(rows)
