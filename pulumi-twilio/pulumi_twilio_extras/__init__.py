"""What a schema cannot say, for programs in Python: by hand, beside the generated ``pulumi_twilio``. See ``together``.

It knows Pulumi alone: neither the provider nor Twilio.
"""

from pulumi_twilio_extras.together import goes_with, watch

__all__ = ["goes_with", "watch"]
