"""The store keeps documents apart, in order, and through a restart."""

from pathlib import Path

import pytest

from twilio_emulator.core.store import Conflict, Store


@pytest.fixture
def store() -> Store:
    """An empty one in memory."""
    return Store()


def test_what_was_read_changes_nothing_until_it_is_written(store: Store) -> None:
    """Documents are copied in and out."""
    doc = {"a": 1}
    store.put("kind", "X1", doc)
    doc["a"] = 2
    read = store.get("kind", "X1")
    assert read == {"a": 1}
    read["a"] = 3
    assert store.get("kind", "X1") == {"a": 1}


def test_a_key_is_unique_under_its_parent(store: Store) -> None:
    """The refusal names who has it; other parents and kinds are free."""
    store.put("kind", "X1", {}, parent="P1", key="name")
    with pytest.raises(Conflict) as refused:
        store.put("kind", "X2", {}, parent="P1", key="name")
    assert refused.value.existing_sid == "X1"
    store.put("kind", "X3", {}, parent="P2", key="name")
    store.put("other", "X4", {}, parent="P1", key="name")
    store.put("kind", "X5", {}, parent="P1")
    with pytest.raises(Conflict):
        store.update("kind", "X5", {}, key="name")


def test_a_key_can_be_given_up(store: Store) -> None:
    """After a rename the old name is free."""
    store.put("kind", "X1", {"n": 1}, parent="P", key="old")
    store.update("kind", "X1", {"n": 2}, key="new")
    assert store.by_key("kind", "P", "old") is None
    assert store.by_key("kind", "P", "new") == {"n": 2}


def test_lists_come_in_creation_order_and_filtered(store: Store) -> None:
    """By parent and by equal fields, null and booleans among them."""
    for number, (flag, text) in enumerate([(True, "a"), (False, None), (True, None)]):
        store.put("kind", f"X{number}", {"n": number, "flag": flag, "text": text}, parent="P")
    store.put("kind", "Y", {"n": 9}, parent="Q")
    assert [doc["n"] for doc in store.list("kind")] == [0, 1, 2, 9]
    assert [doc["n"] for doc in store.list("kind", "P", flag=True)] == [0, 2]
    assert [doc["n"] for doc in store.list("kind", "P", text=None)] == [1, 2]
    assert [doc["n"] for doc in store.list("kind", text="a")] == [0]
    assert store.count("kind", "P") == 3


def test_what_is_under_a_parent_goes_with_it(store: Store) -> None:
    """To any depth."""
    store.put("a", "A", {})
    store.put("b", "B", {}, parent="A")
    store.put("c", "C", {}, parent="B")
    store.delete_under("A")
    assert store.get("a", "A") is not None
    assert store.get("c", "C") is None


def test_a_rollback_undoes_what_was_not_committed(store: Store) -> None:
    """A handler that raises has done nothing."""
    store.put("kind", "X1", {})
    store.commit()
    store.put("kind", "X2", {})
    store.delete("kind", "X1")
    store.rollback()
    assert store.get("kind", "X1") == {}
    assert store.get("kind", "X2") is None


def test_a_file_keeps_it(tmp_path: Path) -> None:
    """Closed and opened again."""
    first = Store(tmp_path / "state.db")
    first.put("kind", "X1", {"a": [1, None, "é"]})
    first.close()
    assert Store(tmp_path / "state.db").get("kind", "X1") == {"a": [1, None, "é"]}


def test_changing_what_is_gone_is_a_mistake(store: Store) -> None:
    """No update makes a document by accident."""
    with pytest.raises(KeyError):
        store.update("kind", "X1", {})


def test_what_is_due_is_found_by_its_number(store: Store) -> None:
    """The smallest, and all up to a limit, among documents with equal fields."""
    for sid, at, held in (("X1", 3.5, False), ("X2", 2, False), ("X3", 1, True)):
        store.put("kind", sid, {"sid": sid, "at": at, "held": held})
    assert (store.least("kind", "at"), store.least("kind", "at", held=False)) == (1, 2)
    assert store.least("other", "at") is None
    assert [doc["sid"] for doc in store.until("kind", "at", 3.5, held=False)] == ["X1", "X2"]
    assert [doc["sid"] for doc in store.until("kind", "at", 3)] == ["X2", "X3"]
