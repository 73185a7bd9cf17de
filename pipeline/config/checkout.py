"""Parts of the product itself: its folders of SQL, layouts and plans; the default time zone."""

from __future__ import annotations

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
TRANSFORMS = CHECKOUT / "transforms"
LAYOUT_FOLDER = CHECKOUT / "collectors" / "layouts"
PLANS = CHECKOUT / "plans"
# Installed from a wheel, these folders lie among the packages: the home is then where the command
# is called.
DEFAULT_HOME = CHECKOUT if (CHECKOUT / "pyproject.toml").is_file() else Path.cwd()
# Here and not in settings: whoever only reads a warehouse does without their validation.
DEFAULT_TIMEZONE = "Asia/Shanghai"
