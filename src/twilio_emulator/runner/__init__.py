"""Runs deployed Functions for real: a Node process per Serverless environment, under `@twilio/runtime-handler`.

Enters: a `Deployed` (files, variables, modules) and HTTP requests that the gateway has let through. Leaves: the
Function's answer. It never reads the store and knows no HTTP front. `install.py` installs a build's dependencies,
`process.py` is one Node process, `pool.py` the processes of one emulator; `node/` holds what runs inside Node. Start
reading at `pool.py` and `node/server.cjs`.
"""

from twilio_emulator.runner.install import InstallError, install
from twilio_emulator.runner.model import Answer, CodeFile, Deployed, Request
from twilio_emulator.runner.pool import Pool
from twilio_emulator.runner.process import RunnerError

__all__ = ["Answer", "CodeFile", "Deployed", "InstallError", "Pool", "Request", "RunnerError", "install"]
