"""SIDs: two letters that name the type and 32 hexadecimal digits."""

import re
import secrets

_SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")


class Sids:
    """Makes SIDs that no other call has made."""

    def new(self, prefix: str) -> str:
        """`new("CH")` is "CH" with 32 random hexadecimal digits."""
        return prefix + secrets.token_hex(16)


def is_sid(value: str, prefix: str = "") -> bool:
    """Whether a text has the form of a SID, of that type where a prefix is given."""
    return bool(_SID.fullmatch(value)) and value.startswith(prefix)
