"""Overlays: per product, what the SDK cannot say about a type. A new type is one entry in one of these tables."""

from twilio_provider.overlays import (
    account,
    conversations,
    events,
    flex,
    messaging,
    numbers,
    others,
    serverless,
    sip,
    studio,
    sync,
    taskrouter,
    trunking,
    trusthub,
    verify,
    voice,
)
from twilio_provider.overlays.model import ExtraInput, Lookup, Overlay

OVERLAYS: tuple[Overlay, ...] = (
    *taskrouter.OVERLAYS,
    *sync.OVERLAYS,
    *serverless.OVERLAYS,
    *events.OVERLAYS,
    *conversations.OVERLAYS,
    *messaging.OVERLAYS,
    *studio.OVERLAYS,
    *verify.OVERLAYS,
    *voice.OVERLAYS,
    *trunking.OVERLAYS,
    *trusthub.OVERLAYS,
    *account.OVERLAYS,
    *sip.OVERLAYS,
    *numbers.OVERLAYS,
    *others.OVERLAYS,
)
LOOKUPS: tuple[Lookup, ...] = flex.LOOKUPS

__all__ = ["LOOKUPS", "OVERLAYS", "ExtraInput", "Lookup", "Overlay"]
