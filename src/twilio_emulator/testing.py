"""An emulator for tests: a process of its own, that ends with the test."""

import json
import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

_STOP_SECONDS = 15.0


class Emulator:
    """Starts `python -m twilio_emulator` and waits until it answers; a context manager.

    `options` are further command line arguments. `detached`: it stays when this process ends, until `stop` or a signal
    to `pid`. `log`: a file for what it and the functions print; this process's stderr if left out. `module`: what is
    run instead, with the same options. Raises RuntimeError where it does not start, and leaves no process then.

    `url`, `proxy_url`, `ca_file`, `account_sid`, `auth_token` tell where it is; `control` acts on it.
    """

    def __init__(
        self,
        *options: str,
        state: Path | None = None,
        detached: bool = False,
        log: Path | None = None,
        module: str = "twilio_emulator",
    ) -> None:
        command = [sys.executable, "-m", module, "--port", "0", "--json", *options]
        if not detached:
            command.append("--exit-with-parent")
        if state is not None:
            command += ["--state", str(state)]
        sources = str(Path(__file__).resolve().parents[1])
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([sources, os.environ.get("PYTHONPATH", "")])}
        with log.open("ab") if log is not None else nullcontext() as errors:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=environment,
                start_new_session=detached,
            )
        try:
            started = self._started()
        except BaseException:  # a detached one would outlive us
            self.process.kill()
            self.process.communicate()
            raise
        self.url = started["url"]
        self.proxy_url = started["proxy_url"]
        self.ca_file = started["ca_file"]
        self.account_sid = started["account_sid"]
        self.auth_token = started["auth_token"]
        self._http = httpx.Client(base_url=f"{self.url}/_emulator", timeout=120, trust_env=False)

    def _started(self) -> dict[str, str]:
        """The line that tells where it is, once it answers."""
        line = self.process.stdout.readline() if self.process.stdout else ""
        if not line:
            raise RuntimeError(f"the emulator did not start: exit code {self.process.wait(_STOP_SECONDS)}")
        started: dict[str, str] = json.loads(line)
        return started

    @property
    def pid(self) -> int:
        """The process to watch or end."""
        return self.process.pid

    def control(self, method: str, path: str, given: dict[str, Any] | None = None) -> dict[str, Any]:
        """Calls the control plane, e.g.

        `control("POST", "/clock", {"advance": 60})`; raises RuntimeError with its message.
        """
        if method == "GET":
            answer = self._http.get(path, params=given)
        else:
            answer = self._http.request(method, path, json=given or {})
        if answer.is_error:
            raise RuntimeError(f"{method} /_emulator{path}: {answer.json()['error']}")
        found: dict[str, Any] = answer.json()
        return found

    def stop(self) -> int:
        """Ends the process; its exit code. A second call does nothing more."""
        self._http.close()
        if self.process.poll() is None:
            self.process.terminate()
        try:
            code = self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
