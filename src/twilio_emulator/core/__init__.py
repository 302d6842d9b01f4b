"""What every imitated product stands on; nothing here knows one product.

An HTTP request enters `front` (the HTTP room), becomes a `Call`, is matched by `routing`, and a handler answers with
JSON or raises `ApiError`. Handlers read and change the `World`: its store (SQLite), clock, SIDs, effects (work after
the answer), switches and request log. Start reading at `world.py`, then `routing.py`.
"""
