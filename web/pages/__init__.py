"""One module a page: read the published warehouse, fill a template."""

from __future__ import annotations

from web.pages import (
    board,
    home,
    login,
    owed,
    password,
    plan,
    query,
    reports,
    runs,
    todo,
    upload,
    users,
)

ROUTES = [
    route
    for module in (
        login,
        home,
        upload,
        owed,
        todo,
        board,
        query,
        reports,
        runs,
        plan,
        users,
        password,
    )
    for route in module.ROUTES
]
