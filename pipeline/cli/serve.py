"""`pipeline serve` and `pipeline users …`: start the desk, say who may use it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipeline.config.home import Home
    from web.access.users import User

users_app = typer.Typer(no_args_is_help=True, help="Who may use the desk.")
_USUAL = "http://127.0.0.1:8080/"
Name = Annotated[str, typer.Argument(help="As the person types it to log in.")]
Url = Annotated[
    str | None,
    typer.Option("--url", help="Address of the desk in the link (default: where it last ran)."),
]


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8080,
    tls_cert: Annotated[
        Path | None, typer.Option(help="Certificate (PEM), with --tls-key.")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its key (PEM).")] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(help="Name under which people reach the desk; may be repeated."),
    ] = None,
    proxy: Annotated[
        str | None,
        typer.Option(help="Address of a proxy that speaks TLS and is trusted to name the client."),
    ] = None,
) -> None:
    """Serve the desk until Ctrl-C.

    Hand in files, see what is owed, settle what waits, read the figures.
    """
    from pipeline.base.log import log_to
    from web.serving.server import Binding
    from web.serving.server import serve as serve_desk

    home: Home = context.obj
    log_to(home.output / "log")
    binding = Binding(host, port, tls_cert, tls_key, tuple(allow_host or ()), proxy)
    serve_desk(home, binding, lambda address: typer.echo(f"{address}  (Ctrl-C ends it)"))


@users_app.command("add")
def users_add(
    context: typer.Context,
    name: Name,
    role: Annotated[str, typer.Option(help="admin, office, unit or viewer.")],
    unit: Annotated[str, typer.Option(help="With role unit: the unit, as the plan names it.")] = "",
    url: Url = None,
) -> None:
    """Add a user and print the one-time link with which the person chooses a password."""
    from web.access.users import Users
    from web.desk import unit_names

    home: Home = context.obj
    _print_link(home, Users(home).add(name, role, unit, unit_names(home)), url)


@users_app.command("list")
def users_list(context: typer.Context) -> None:
    """Show the users."""
    from web.access.users import Users

    for user in Users(context.obj).all().values():
        state = "disabled" if user.disabled else "active" if user.hash else "no password yet"
        typer.echo(f"{user.name:16} {user.role:8} {user.unit or '—':8} {state}")


@users_app.command("disable")
def users_disable(context: typer.Context, name: Name) -> None:
    """Let a user log in no more; sessions end at once."""
    from web.access.users import Users

    Users(context.obj).disable(name)
    typer.echo(f"disabled: {name}")


@users_app.command("reset")
def users_reset(context: typer.Context, name: Name, url: Url = None) -> None:
    """Forget a user's password and print a new one-time link."""
    from web.access.users import Users

    _print_link(context.obj, Users(context.obj).reset(name), url)


def _print_link(home: Home, user: User, url: str | None) -> None:
    from web.access.passwords import LINK_DAYS, make_link

    address = home.root / "desk" / "address"
    base = url or (address.read_text("utf-8") if address.exists() else _USUAL)
    typer.echo(make_link(home, user, base))
    typer.echo(f"for {user.name}, once, within {LINK_DAYS} days", err=True)
