"""``python -m twilio_provider.pipeline [--check]``: write, or compare, what is derived."""

import sys

from twilio_provider.catalogue.files import stale, write

if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        names = stale()
        if names:
            sys.exit("stale: " + ", ".join(names) + "; run: python -m twilio_provider.pipeline")
    else:
        write()
