"""The HTTP room: addresses, credentials, faults, latency, and how a handler's result becomes bytes.

Start at `app.py`.
"""
