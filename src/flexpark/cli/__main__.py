"""`python -m flexpark.cli`: the same as the `flexpark` command."""

from flexpark.cli import main

main()
