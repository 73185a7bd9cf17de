"""The desk's answer to a request that it refuses."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - an answer, not a fault
    """A request that is refused.

    HTTP status, the reason in Chinese for staff and in English beside it.
    """

    def __init__(
        self, status: int, error_zh: str, error: str, *, retry_after: int | None = None
    ) -> None:
        super().__init__(error)
        self.status, self.error_zh, self.error, self.retry_after = (
            status,
            error_zh,
            error,
            retry_after,
        )


def not_found() -> Refusal:
    """Return the answer for what does not exist and for what this person may not know of.

    Both look alike.
    """
    return Refusal(404, "没有这一项，或您无权查看。", "not found")
