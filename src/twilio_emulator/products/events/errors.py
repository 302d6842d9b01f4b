"""Event Streams' own refusals. Source: https://www.twilio.com/docs/api/errors (910xx, 911xx)."""

from twilio_emulator.core.errors import ApiError


def bad_sink(why: str) -> ApiError:
    """400 with 91000: the sink's type or configuration is wrong."""
    return ApiError(400, 91000, f"Sink could not be created: {why}")


def no_such_sink(sid: str) -> ApiError:
    """400 with 91001: a subscription names a sink that is not there."""
    return ApiError(400, 91001, f"Sink could not be found: {sid}")


def too_many_sinks() -> ApiError:
    """400 with 91003: an account has 100 sinks at most."""
    return ApiError(400, 91003, "Account reached the max sink limit")


def sink_in_use(sid: str) -> ApiError:
    """400 with 91007: subscriptions use the sink, so that it cannot be deleted."""
    return ApiError(400, 91007, f"Sink {sid} cannot be deleted because it is still in use")


def no_subscription(why: str) -> ApiError:
    """400 with 91100: the sink takes no subscription."""
    return ApiError(400, 91100, f"Subscription could not be created: {why}")
