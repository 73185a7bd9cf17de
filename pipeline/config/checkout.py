"""Folders of the product itself: SQL, layouts and plans beside the code."""

from __future__ import annotations

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
TRANSFORMS = CHECKOUT / "transforms"
LAYOUT_FOLDER = CHECKOUT / "collectors" / "layouts"
PLANS = CHECKOUT / "plans"
