"""Text that XML can hold."""

import re

# XML 1.0, section 2.2: everything else cannot even be escaped.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """The text with a replacement character for each one that no XML document can hold."""
    return _FORBIDDEN.sub("\ufffd", text)
