"""Routing, offline: which filter, target, queue and worker a task gets, and why.

Enters: a valid `Environment`, a task's attributes, and who is on the floor. Leaves: a `Way` (frozen), a picture of it,
or the results of expectations. It asks nobody: queues that the stack creates have made-up SIDs, and what an existing
queue takes (its TargetWorkers) is what the caller says, or everyone.

Start reading in `way.py`, and `walk.py` for what happens in the targets. `floor.py` is who is there, `document.py`
reads the files that people write about it, `expectations.py` runs such files as tests, `junit.py` writes what came of
them, and `diagram.py` draws a way with the shapes of `svg.py`.
"""
