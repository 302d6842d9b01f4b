"""`flexpark drain` with what cannot work.

No token, a wrong token, a stack that is not up or that another command holds, nobody who answers, too little time.
"""

from collections.abc import Iterator

import pytest

from flexpark.cli.rehearsal import open_rehearsal
from tests.stack.checkout import Checkout, Refusal


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A stack; the first test sees it before it is up."""
    path = tmp_path_factory.mktemp("drain")
    with open_rehearsal(path / "rehearsal") as rehearsal:
        yield Checkout(path / "checkout", rehearsal)


@pytest.fixture(scope="module")
def up(folder: Checkout) -> Checkout:
    """The stack, up."""
    folder.rehearsal.pulumi("up", "--yes", "--skip-preview")
    return folder


def is_refused(done: Refusal, code: int, *told: str) -> None:
    """Three lines at most, nothing on Twilio changed by the account."""
    for text in told:
        assert text in done.text, done.text
    assert len(done.text.splitlines()) <= 3, done.text
    assert "Traceback" not in done.text
    assert done.code == code, done.text


@pytest.mark.parametrize("undo", [(), ("--cancel",)])
def test_a_stack_that_is_not_up_has_no_function_to_call(folder: Checkout, undo: tuple[str, ...]) -> None:
    """Exit code 4, and what to do first."""
    done = folder.flexpark("drain", "-s", "acme-dev", *undo)
    is_refused(done, 4, "acme-dev: there is no deployed function 'reconcile'", "pulumi up --stack acme-dev")
    assert done.writes == []


def test_without_auth_token_nothing_is_called(up: Checkout) -> None:
    """Exit code 3; an API key is no help, since it cannot sign."""
    done = up.flexpark("drain", "-s", "acme-dev", TWILIO_AUTH_TOKEN=None, TWILIO_API_KEY="SK" + "0" * 32)
    is_refused(done, 3, "needs the account's auth token", "set TWILIO_AUTH_TOKEN; an API key cannot sign")
    assert done.writes == []


def test_with_a_wrong_token_the_function_refuses_the_signature(up: Checkout) -> None:
    """Exit code 3; the one call is the refused one, nothing follows, and the token is not shown."""
    wrong = "12" * 16
    done = up.flexpark("drain", "-s", "acme-dev", TWILIO_AUTH_TOKEN=wrong)
    is_refused(done, 3, "reconcile refused the signature", "is the auth token this account's?")
    assert wrong not in done.text
    assert [write for write in done.writes if not write.endswith("/reconcile: 403")] == []


def test_where_nobody_answers_it_says_so(up: Checkout) -> None:
    """Exit code 1."""
    done = up.flexpark("drain", "-s", "acme-dev", TWILIO_ENDPOINT="http://127.0.0.1:9")
    is_refused(done, 1, "reconcile did not answer")


def test_a_backend_that_is_not_there_is_named(up: Checkout) -> None:
    """The engine's words are passed on, with the stack's name before them."""
    done = up.flexpark("drain", "-s", "acme-dev", PULUMI_BACKEND_URL="file:///nowhere/at/all")
    is_refused(done, 1, "acme-dev: the engine refused to open the stack", "/nowhere/at/all")
    assert done.writes == []


def test_a_drain_that_takes_too_long_says_what_is_left(up: Checkout) -> None:
    """Exit code 9: parks under way may last 10 s, so no drain is ready at once. It can be run again, or undone."""
    done = up.flexpark("drain", "-s", "acme-dev", "--timeout", "0")
    assert "not drained after 0 s; 0 records are left\nrun flexpark drain -s acme-dev again" in done.text, done.text
    assert done.code == 9
    assert up.flexpark("drain", "-s", "acme-dev", "--cancel").code == 0


def test_a_stack_that_another_command_holds_keeps_its_protection(up: Checkout) -> None:
    """Exit code 1, with the engine's words about its lock, and no traceback; the drain can be undone."""
    locks = up.rehearsal.folder / "state" / ".pulumi" / "locks" / "organization" / "flexpark" / "acme-dev"
    locks.mkdir(parents=True, exist_ok=True)
    held = locks / "0123.json"
    held.write_text('{"pid": 1, "username": "somebody", "hostname": "elsewhere", "timestamp": "2026-01-01T00:00:00Z"}')
    try:
        done = up.flexpark("drain", "-s", "acme-dev")
    finally:
        held.unlink()
    assert "acme-dev: the engine refused to change the protection\nstderr: error: the stack is currently locked" in (
        done.text
    ), done.text
    assert "Traceback" not in done.text
    assert done.code == 1
    assert up.flexpark("drain", "-s", "acme-dev", "--cancel").code == 0


def test_after_all_that_the_stack_is_as_it_was(up: Checkout) -> None:
    """No drain was begun: parks are taken, protection is in place."""
    assert up.pulumi("preview", "--expect-no-changes").code == 0
    assert "protected" in up.pulumi("destroy", "--yes").text
