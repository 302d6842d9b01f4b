"""What the figures are held against: the bars of this project, and what a peer measured on the same inventory."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """`most` is what a figure may be; with `below`, it must be less."""

    most: float
    below: bool = False

    def holds(self, value: float) -> bool:
        """Whether a figure keeps it."""
        return value < self.most if self.below else value <= self.most

    def __str__(self) -> str:
        return f"{'<' if self.below else '<='} {self.most:g}"


# RJPearson94/terraform-provider-twilio at 149ea3e under OpenTofu 1.12.6, on two cores, against a loopback server.
PEER: Mapping[str, float] = {
    "stack.create.requests": 40,
    "stack.noop.requests": 22,
    "stack.change.requests": 46,
    "stack.destroy.requests": 34,
    "stack.create.wall_0ms": 0.32,
    "stack.create.wall_100ms": 1.58,
    "stack.noop.wall_0ms": 0.21,
    "stack.noop.wall_100ms": 0.92,
    "fleet.noop_100.wall_100ms": 100 * 0.92,  # it has no way to plan them together
}
PEER = {**PEER, **{f"stack_up.{row}": PEER[f"stack.{row}"] for row in ("create.wall_100ms", "noop.wall_100ms")}}
BARS: Mapping[str, Bar] = {
    "stack.create.requests": Bar(19),
    "stack.noop.requests": Bar(0),
    "stack.change.requests": Bar(7),
    "stack.refresh.requests": Bar(12),
    "stack.destroy.requests": Bar(5),
    "stack.create.wall_100ms": Bar(PEER["stack.create.wall_100ms"], below=True),
    "stack.noop.wall_100ms": Bar(PEER["stack.noop.wall_100ms"], below=True),
    "stack_up.create.wall_100ms": Bar(PEER["stack.create.wall_100ms"], below=True),
    "stack_up.noop.wall_100ms": Bar(PEER["stack.noop.wall_100ms"], below=True),
    "own_stack.noop.requests": Bar(0),
    "own_stack.change.requests": Bar(3),
    "provider.start_s": Bar(0.25),
    "park.critical_path": Bar(6),
    "unpark.critical_path": Bar(4),
    "fleet.validate_100.wall": Bar(2),
    "fleet.noop_100.requests": Bar(0),
    "fleet.noop_100.wall_100ms": Bar(0.4 * PEER["fleet.noop_100.wall_100ms"]),
    "fleet.noop_100.wall_over_serial": Bar(0.4),
}
