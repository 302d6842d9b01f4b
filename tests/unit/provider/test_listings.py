"""How much of a collection is asked for at once."""

import pytest
from twilio_api.door import Listed
from twilio_provider.listings import Listings


@pytest.mark.parametrize(
    ("url", "size"),
    [
        ("https://taskrouter.twilio.com/v1/Workspaces/WS1/TaskQueues", 1000),
        ("https://sync.twilio.com/v1/Services", 100),
    ],
)
def test_a_page_is_as_large_as_its_product_allows(url: str, size: int) -> None:
    """Sync refuses more than 100, and a refused look-up would hide what it was for."""
    asked: list[tuple[str, int, int]] = []

    def fetch(address: str, pages: int, items: int) -> Listed:
        asked.append((address, pages, items))
        return Listed([], complete=True)

    Listings(fetch).whole(url)
    assert asked == [(url, 10, size)]
