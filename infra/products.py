"""Which products of the generated SDK the program uses, loaded together.

The SDK loads each at its first use, which Python does not do safely before 3.12 where several programs run at once.
"""

import threading
from collections.abc import Iterable

import pulumi_twilio as twilio

PRODUCTS = ("events", "flex", "serverless", "sync", "taskrouter")
_loading = threading.Lock()


def load(products: Iterable[str] = PRODUCTS) -> None:
    """Load them all, one thread at a time; once loaded, it costs nothing."""
    with _loading:
        for product in products:
            getattr(getattr(twilio, product), "__all__", None)  # any attribute but the first few loads it
