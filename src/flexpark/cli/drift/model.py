"""What differs between a stack's state, its account and its program."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["missing", "changed", "unmanaged", "outputs"]
KINDS: tuple[Kind, ...] = ("missing", "changed", "unmanaged", "outputs")
MEANINGS: Mapping[Kind, tuple[str, str]] = {
    "missing": ("in the state, and gone at Twilio", "`pulumi refresh`, then `flexpark up` makes it again"),
    "changed": (
        "changed at Twilio",
        "`pulumi refresh`, then `flexpark up` puts it back, unless its file says the same",
    ),
    "unmanaged": ("at Twilio under our names, and in no state", "import it (`pulumi import`), or delete it by hand"),
    "outputs": ("the same settings, other outputs; a preview does not show it", "`flexpark up` records them"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs: which, and for `changed` and `outputs` the properties by name, without values."""

    kind: Kind
    what: str
    properties: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}" + (f": {', '.join(self.properties)}" if self.properties else "")
