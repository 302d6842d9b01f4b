"""The model of one environment: one stack file over its layers.

Enters: `environments/Pulumi.<customer>-<environment>.yaml` and the layers in `templates/environments/` that it builds
on, or the same settings as the Pulumi engine hands them out. Leaves: a frozen, valid `Environment`, or
`EnvironmentInvalid` with every problem at once. It reads those files and nothing else, and never decrypts a secret.

Start reading at `load.py`, the way from files to model:

    source.py (one YAML file) -> stackfile.py, layers.py (what the files may hold, and their order)
    -> merge.py (deep merge) with origins.py (who wrote what, where)
    -> rules.py (what spans several settings) + model.py (shape of each setting) -> Environment

`explain.py` tells origins to people, `newfile.py` writes a stack file, `schema.py` the JSON Schemas for editors.
"""
