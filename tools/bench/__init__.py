"""Benches: requests, critical paths and times of flexpark on the emulator, as tables and as build/bench.json.

Enters: this checkout. Leaves: rows (`rows.py`), shown by `tables.py` beside the figures to hold (`bars.py`). `log.py`
counts requests and is pure. `ground.py` starts an emulator that keeps time (`stopwatch.py`) and measures one action on
it. Each bench is one file: `own_stack.py` and `reference_stack.py` are lives of a stack (`life.py`), `provider.py` is
its start, `fleet.py` checks a hundred environments, `conversation.py` parks and resumes beside the public sample's
sequence of calls (`sample.py`). Start reading in `__main__.py`; `docs/bench.md` says how to read what is printed.
"""
