"""``python -m twilio_provider.pipeline [--check | --diff]``: write what is derived, compare it, or tell the changes."""

import sys

from twilio_provider.catalogue.compare import changes
from twilio_provider.catalogue.files import stale, write

if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        names = stale()
        if names:
            sys.exit("stale: " + ", ".join(names) + "; run: python -m twilio_provider.pipeline")
    elif "--diff" in sys.argv[1:]:
        sys.stdout.write("\n".join(changes() or ["this SDK changes nothing in the catalogue"]) + "\n")
    else:
        write()
