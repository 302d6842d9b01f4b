"""The Pulumi provider ``twilio``: a servicer of Pulumi's ResourceProvider protocol over a catalogue of Twilio's types.

What enters: gRPC requests of the engine. What leaves: answers, and requests through the one door (:mod:`twilio_api`).
Start reading at :mod:`twilio_provider.servicer`; types are data in ``catalogue/`` (derived) and ``overlays/`` (ours).
"""
