"""`did you mean ...?`, and lists of what is allowed, for messages."""

from collections.abc import Iterable
from difflib import get_close_matches


def one_of(names: Iterable[object], wrong: object = None) -> str:
    """`allowed: a, b, c`, with the likely one first when `wrong` looks like it (whatever its namespace)."""
    known = list(dict.fromkeys(str(name) for name in names))
    allowed = f"allowed: {', '.join(known)}" if known else "there is none"
    if not isinstance(wrong, str):
        return allowed
    bare = {_bare(name): name for name in known}
    close = get_close_matches(_bare(wrong), bare, n=1, cutoff=0.6)
    return f"did you mean {bare[close[0]]}? {allowed}" if close else allowed


def shown(value: object) -> str:
    """A value in a message: one line of ASCII, at most 60 characters."""
    text = '"' + value.encode("unicode_escape").decode("ascii") + '"' if isinstance(value, str) else ascii(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _bare(name: str) -> str:
    return name.rpartition(":")[2] or name
