"""From an Environment to a Bundle: all that is deployed for it, as frozen text and data.

Enters: a valid `Environment` and the project's root (templates/, workflows/, functions_src/). Leaves: a `Bundle`, the
same for the same input, down to the byte. Reads those folders and nothing else; knows neither SIDs nor secrets: SIDs
come in late (`RenderedWorkflow.configuration`, Serverless Variables), secrets never.

Start reading in `bundle.py`; `registry.py` is the table of functions, `templating.py` the one place that runs Jinja,
`policy.py` the language of workflows/*.yaml. `files.py` are a bundle's files to look at, `impact.py` compares those of
two checkouts, and `fleet.py` checks every environment of one.
"""
