"""Overlays: per product, what the SDK cannot say about a type. A new type is one entry in one of these tables."""

from twilio_provider.overlays import (
    account,
    content,
    conversations,
    events,
    flex,
    memory,
    messaging,
    numbers,
    others,
    routes,
    serverless,
    sip,
    studio,
    sync,
    taskrouter,
    trunking,
    trusthub,
    verify,
    voice,
    webhooks,
)
from twilio_provider.overlays.model import ExtraInput, Overlay

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
    *flex.OVERLAYS,
    *content.OVERLAYS,
    *memory.OVERLAYS,
    *webhooks.OVERLAYS,
    *routes.OVERLAYS,
)

__all__ = ["OVERLAYS", "ExtraInput", "Overlay"]
