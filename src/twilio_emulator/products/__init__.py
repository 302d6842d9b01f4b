"""The imitated products, one folder each: routes (parse), state (rules), views (JSON).

A new product is a folder and a line here.
"""

from importlib import import_module

from twilio_emulator.core.routing import Product

NAMES: tuple[str, ...] = (
    "api",
    "iam",
    "flex_configuration",
    "sync",
    "taskrouter",
    "conversations",
    "flex",
    "serverless",
    "events",
    "studio",
)


def load() -> list[Product]:
    """Every product of the table. A folder exports PRODUCT, or PRODUCTS where it serves several hosts."""
    found: list[Product] = []
    for name in NAMES:
        module = import_module(f"{__name__}.{name}")
        found.extend(getattr(module, "PRODUCTS", None) or [module.PRODUCT])
    return found
