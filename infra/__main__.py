"""Where the Pulumi engine enters: `pulumi preview`, `pulumi up`."""

import sys

import pulumi

from infra.program import program

# Pulumi's language host takes this exit code for "the program has said what is wrong", and adds nothing to it
# (pulumi/pulumi, sdk/python/cmd/pulumi-language-python-exec).
HAS_SAID_IT = 32

try:
    program()
except pulumi.RunError as error:
    pulumi.log.error(str(error))
    sys.exit(HAS_SAID_IT)
