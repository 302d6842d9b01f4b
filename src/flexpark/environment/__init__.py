"""The model of one environment: one stack file over one layer.

Enters: `environments/Pulumi.<customer>-<environment>.yaml` and the layer it names in `templates/environments/`, or the
same settings as the Pulumi engine hands them out. Leaves: a frozen, valid `Environment`, or `EnvironmentInvalid` with
every problem at once. It reads those two files and nothing else, and never decrypts a secret.

Start reading at `load.py`, the way from files to model:

    source.py (one YAML file) -> stackfile.py, layers.py (what the file may hold) -> merge.py (deep merge, origins)
    -> rules.py (what spans several settings) + model.py (shape of each setting) -> Environment
"""
