"""X-Twilio-Signature as a gateway checks it.

HMAC-SHA1 with the auth token over the URL, followed by a form's sorted names and values; a JSON body is covered by
`bodySHA256` in the query instead. Source: https://www.twilio.com/docs/usage/webhooks/webhooks-security.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import parse_qs, parse_qsl, urlsplit

_FORM = "application/x-www-form-urlencoded"


def is_signed(
    auth_token: str, given: str, *, method: str, url: str, content_type: str, body: bytes, check_json: bool = True
) -> bool:
    """Whether the signature is right. Without `check_json`, the hash of a body that is no form is not looked at."""
    form: list[tuple[str, str]] = []
    if method == "POST" and body:
        if content_type.partition(";")[0].strip().lower() == _FORM:
            form = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        elif check_json and not _hash_matches(url, body):
            return False
    return hmac.compare_digest(_expected(auth_token, url, form).encode(), given.encode())


def _expected(auth_token: str, url: str, form: Iterable[tuple[str, str]]) -> str:
    text = url + "".join(name + value for name, value in sorted(set(form)))
    return base64.b64encode(hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def _hash_matches(url: str, body: bytes) -> bool:
    given = parse_qs(urlsplit(url).query).get("bodySHA256", [""])[0]
    return hmac.compare_digest(given.lower().encode(), hashlib.sha256(body).hexdigest().encode())
