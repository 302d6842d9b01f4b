"""Several stacks at once: which ones, in which threads, told how.

    select.py     'customer=acme-*,environment=prod' -> names of stacks
    parallel.py   one piece of work for each stack, so many at a time; nothing that one does ends another
    progress.py   what is shown meanwhile: a table that changes in a terminal, lines elsewhere
    table.py      the results at the end

Enters: names and a function of one stack. Leaves: an `Outcome` for each name, in the order of the names. Nothing here
knows the engine. (Waves are several calls of `run_all`; to resume is to leave out the names that are done.)
"""
