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
