"""`python -m twilio_emulator`: runs an emulator in the foreground."""

import argparse
import sqlite3
import sys
from pathlib import Path

import structlog

from twilio_emulator.core.sids import is_sid
from twilio_emulator.core.world import Settings
from twilio_emulator.server import Started, StartError, serve


def main(arguments: list[str] | None = None) -> int:
    """Runs until it is stopped. Exit code 0; 1 where it cannot start."""
    parser = argparse.ArgumentParser(prog="twilio_emulator", description=__doc__)
    parser.add_argument("--port", type=_port, default=0, help="HTTP port on 127.0.0.1 (0: any)")
    parser.add_argument("--proxy-port", type=_port, default=0, help="HTTPS proxy port on 127.0.0.1 (0: any)")
    parser.add_argument("--state", type=Path, help="SQLite file that keeps everything (default: memory)")
    parser.add_argument("--account-sid", help="SID of the first account (default: any)")
    parser.add_argument("--auth-token", help="its auth token (default: any)")
    parser.add_argument("--flex", action="store_true", help="switch Flex on in the first account")
    parser.add_argument("--json", action="store_true", help="print one JSON line once it answers")
    parser.add_argument(
        "--exit-with-parent", action="store_true", help="stop when the process that started this one has ended"
    )
    given = parser.parse_args(arguments)
    if given.account_sid and not is_sid(given.account_sid, "AC"):
        return _fail("--account-sid: AC and 32 hexadecimal digits in lower case are allowed")
    # stdout carries one answer and nothing else: who reads it may stop reading after the first line.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    settings = Settings(
        port=given.port,
        proxy_port=given.proxy_port,
        state=given.state,
        account_sid=given.account_sid,
        auth_token=given.auth_token,
        flex=given.flex,
    )
    try:
        serve(settings, ready=_print_json if given.json else _print_text, exit_with_parent=given.exit_with_parent)
    except StartError as error:
        return _fail(str(error))
    except sqlite3.DatabaseError as error:
        return _fail(f"{given.state} (--state) cannot be used: {error}")
    return 0


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; 0 to 65535 are allowed")
    return int(text)


def _fail(message: str) -> int:
    sys.stderr.write(f"twilio_emulator: {message}\n")
    return 1


def _print_json(started: Started) -> None:
    sys.stdout.write(started.as_json() + "\n")
    sys.stdout.flush()


def _print_text(started: Started) -> None:
    ca = started.ca_file
    lines = (
        f"The emulator answers at {started.url} (what it imitates: {started.url}/_emulator/)",
        "",
        "Clients that can be given an address:",
        f"  export TWILIO_ENDPOINT={started.url}",
        f"  export TWILIO_ACCOUNT_SID={started.account_sid} TWILIO_AUTH_TOKEN={started.auth_token}",
        "Any other client, unmodified:",
        f"  export HTTPS_PROXY={started.proxy_url}",
        f"  export SSL_CERT_FILE={ca} NODE_EXTRA_CA_CERTS={ca} REQUESTS_CA_BUNDLE={ca}",
        "",
        "Ctrl-C stops it.",
    )
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
