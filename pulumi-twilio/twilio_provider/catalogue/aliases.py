"""Tokens that a type has had before: a state that holds one goes on, and a program of today replaces nothing in it."""

from collections.abc import Mapping

# old token -> the token of today. A line here is never taken away: a state may be older than any release.
ALIASES: Mapping[str, str] = {}


def today(token: str) -> str:
    """The token of today for one that a state may hold."""
    return ALIASES.get(token, token)


def before(token: str) -> list[str]:
    """All tokens that a type of today has had."""
    return [old for old, new in ALIASES.items() if new == token]
