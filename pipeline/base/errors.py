"""The two families of errors, and the configuration error that ends a command before it starts."""

from __future__ import annotations


class PipelineError(Exception):
    """Permanent: trying again changes nothing.

    The message says what is wrong, where, and what to do next.
    """


class TransientError(PipelineError):
    """Worth another try later (a lock held, a network that did not answer)."""


class ConfigError(PipelineError):
    """Wrong usage or configuration; the command line ends with exit code 2."""


def one_line(error: Exception) -> str:
    """Return an error in words; one that is not ours begins with its kind."""
    text = str(error).strip() or type(error).__name__
    return text if isinstance(error, PipelineError) else f"{type(error).__name__}: {text}"
