"""The two families of errors, and the configuration error that ends a command before it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.models.build import CheckResult


class PipelineError(Exception):
    """Permanent: trying again changes nothing; the message says what is wrong, where, and what to do next."""


class TransientError(PipelineError):
    """Worth another try later (a lock held, a network that did not answer)."""


class ConfigError(PipelineError):
    """Wrong usage or configuration; the command line ends with exit code 2."""


class CheckFailedError(PipelineError):
    """A `fail` check found rows; nothing is published. `results` holds the outcome of every check."""

    def __init__(self, message: str, results: Sequence[CheckResult]) -> None:
        super().__init__(message)
        self.results = results
