"""Read the `options` of a `[[fetch]]` entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from collectors.fetch.http import WebError

if TYPE_CHECKING:
    from collectors.fetch.types import Request

AnyOptions = TypeVar("AnyOptions", bound=BaseModel)


def read_options(model: type[AnyOptions], request: Request) -> AnyOptions:
    """Return the entry's options; WebError names the wrong one."""
    try:
        return model.model_validate(dict(request.options))
    except ValidationError as error:
        # its text, not the value: somebody may have put the secret there
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"])
        text = (
            f"pipeline.toml 里 {request.source} 的 [[fetch]] options.{where} "
            f"不对：{problem['msg']}。请改正。"
        )
        raise WebError(text, transient=False) from None
