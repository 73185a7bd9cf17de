"""用户: who may use the desk; one-time links to choose a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.base.errors import ConfigError
from web.access.guard import ADMIN, Ask, route
from web.access.passwords import LINK_DAYS, make_link
from web.frame import page
from web.refusal import Refusal
from web.respond import Json

if TYPE_CHECKING:
    from starlette.responses import Response

    from web.access.users import User


def show(ask: Ask) -> Response:
    """Show the users."""
    users = list(ask.desk.users.all().values())
    units = ask.desk.units()
    missing = len(set(units) - {user.unit for user in users})
    return page(
        ask, "users.html", title="用户", users=users, units=units, missing=missing, days=LINK_DAYS
    )


def add(ask: Ask) -> Response:
    """Add a user and answer with the link."""
    name, role, unit = ask.text("name", 100), ask.text("role", 20), ask.text("unit", 100)
    if name in ask.desk.users.all():
        raise Refusal(409, f"“{name}”已有人用，请换一个。", "the name is taken")
    try:
        user = ask.desk.users.add(name, role, unit if role == "unit" else "", ask.desk.units())
    except ConfigError as error:
        raise Refusal(422, "用户名1至32个字符、不含空格；区局用户要选单位。", str(error)) from error
    ask.desk.note(ask.person.name, "add user", f"{name} {role} {unit}")
    return _link(ask, user)


def change(ask: Ask) -> Response:
    """Disable a user, or reset the password and answer with a new link."""
    name, action = ask.path["name"], ask.data.get("action")
    if name not in ask.desk.users.all():
        raise Refusal(404, "没有这个用户。", "no such user")
    if action == "disable":
        if name == ask.person.name:
            raise Refusal(409, "不能停用自己。", "you cannot disable yourself")
        ask.desk.users.disable(name)
        ask.desk.note(ask.person.name, "disable user", name)
        return Json({"said_zh": f"已停用：{name}。已登录的立即退出。"})
    if action != "reset":
        raise Refusal(422, "应为停用或重设密码。", "action must be disable or reset")
    user = ask.desk.users.reset(name)
    ask.desk.note(ask.person.name, "reset user", name)
    return _link(ask, user)


def _link(ask: Ask, user: User) -> Response:
    link = make_link(ask.desk.home, user, str(ask.request.base_url))
    return Json({"user": user.name, "link": link, "said_zh": "新链接已生成，旧链接失效。"})


ROUTES = [
    route("/users", show, roles=ADMIN),
    route("/api/users", add, roles=ADMIN, method="POST"),
    route("/api/users/{name}", change, roles=ADMIN, method="POST"),
]
