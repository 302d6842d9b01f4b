"""The one door to Twilio: the official SDK's client behind a single HTTP client of ours.

Start reading at :mod:`twilio_api.door`. What enters: an operation (method, host, path, fields). What leaves: the
parsed JSON of the answer, or a :class:`twilio_api.errors.TwilioError`. Nothing here knows Pulumi, and no other module
of the provider imports ``twilio``. :mod:`twilio_api.recording` reads the SDK's shapes without any request.
"""
