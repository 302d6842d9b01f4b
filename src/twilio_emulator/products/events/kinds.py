"""How Event Streams' things are kept in the store."""

from typing import Any

SINK, SUBSCRIPTION = "events.sink", "events.subscription"
SUBSCRIBED = "events.subscribed"
"""One event type of a subscription: parent is the subscription, natural key the type."""
DELIVERY = "events.delivery"
"""That an event waits for a sink (its parent), until it was taken or given up: small, for it is looked at often."""
EVENT = "events.event"
"""The CloudEvent that a delivery of the same SID is about."""

Doc = dict[str, Any]
