"""The emulator's memory: JSON documents in SQLite, in a file or in memory. The only place that opens SQLite.

Documents have a kind ("sync.map"), a SID, a parent (a SID or any text; top-level things of an account have the
account's SID) and maybe a natural key, unique among the same kind and parent (a unique name, an item's key). Lists come
in creation order.
"""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    kind        TEXT NOT NULL,
    sid         TEXT NOT NULL,
    parent      TEXT NOT NULL DEFAULT '',
    natural_key TEXT,
    body        TEXT NOT NULL,
    UNIQUE (kind, sid)
);
CREATE UNIQUE INDEX IF NOT EXISTS by_key ON documents (kind, parent, natural_key) WHERE natural_key IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_parent ON documents (kind, parent, seq);
CREATE INDEX IF NOT EXISTS of_parent ON documents (parent);
"""
Docs = list[dict[str, Any]]
_UNCHANGED = "\0unchanged"


class Conflict(Exception):  # noqa: N818 - it is an answer, not a fault
    """The natural key is taken; `existing_sid` has it."""

    def __init__(self, existing_sid: str) -> None:
        super().__init__(existing_sid)
        self.existing_sid = existing_sid


class Store:
    """Every document is copied in and out: changing a dict that was read changes nothing until `update`."""

    def __init__(self, path: Path | None = None) -> None:
        self._db = sqlite3.connect(
            str(path) if path else ":memory:", timeout=0.5, check_same_thread=False, cached_statements=256
        )
        if path:
            self._db.execute("PRAGMA locking_mode=EXCLUSIVE")  # a second emulator on the same file is refused
            self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.executescript(SCHEMA)

    def put(
        self, kind: str, sid: str, doc: dict[str, Any], *, parent: str | None = None, key: str | None = None
    ) -> None:
        """Adds a document; raises Conflict where the key (or the SID) is taken."""
        try:
            self._db.execute(
                "INSERT INTO documents (kind, sid, parent, natural_key, body) VALUES (?, ?, ?, ?, ?)",
                (kind, sid, parent or "", key, json.dumps(doc)),
            )
        except sqlite3.IntegrityError:
            raise self._conflict(kind, sid, parent or "", key) from None

    def get(self, kind: str, sid: str) -> dict[str, Any] | None:
        """The document, or None."""
        return self._one("SELECT body FROM documents WHERE kind = ? AND sid = ?", kind, sid)

    def by_key(self, kind: str, parent: str | None, key: str) -> dict[str, Any] | None:
        """The document with that natural key under that parent, or None."""
        return self._one(
            "SELECT body FROM documents WHERE kind = ? AND parent = ? AND natural_key = ?", kind, parent or "", key
        )

    def list(self, kind: str, parent: str | None = None, **equal: Any) -> list[dict[str, Any]]:
        """Documents in creation order; of one parent where given, with top-level fields equal to the given values
        (None: null or absent).
        """
        where, values = _equal(equal)
        if parent is not None:
            where, values = f" AND parent = ?{where}", [parent, *values]
        rows = self._db.execute(f"SELECT body FROM documents WHERE kind = ?{where} ORDER BY seq", (kind, *values))  # noqa: S608 - names are our own
        return [json.loads(row[0]) for row in rows]

    def least(self, kind: str, field: str, **equal: Any) -> float | None:
        """The smallest value of a numeric field, among documents with equal fields; None where there is none."""
        where, values = _equal(equal)
        found = self._db.execute(
            f"SELECT min(json_extract(body, '$.{field}')) FROM documents WHERE kind = ?{where}",  # noqa: S608 - names are our own
            (kind, *values),
        ).fetchone()[0]
        return None if found is None else float(found)

    def until(self, kind: str, field: str, limit: float, **equal: Any) -> Docs:
        """Documents whose numeric field is `limit` at most, with equal fields, in creation order."""
        where, values = _equal(equal)
        rows = self._db.execute(
            f"SELECT body FROM documents WHERE kind = ?{where} AND json_extract(body, '$.{field}') <= ? ORDER BY seq",  # noqa: S608 - names are our own
            (kind, *values, limit),
        )
        return [json.loads(row[0]) for row in rows]

    def count(self, kind: str, parent: str | None = None) -> int:
        """How many documents of that kind there are (under that parent)."""
        if parent is None:
            return int(self._db.execute("SELECT count(*) FROM documents WHERE kind = ?", (kind,)).fetchone()[0])
        return int(
            self._db.execute("SELECT count(*) FROM documents WHERE kind = ? AND parent = ?", (kind, parent)).fetchone()[
                0
            ]
        )

    def update(self, kind: str, sid: str, doc: dict[str, Any], *, key: str | None = _UNCHANGED) -> None:
        """Replaces a document (KeyError where it is gone), and its natural key where one is given; raises Conflict
        where that is taken.
        """
        try:
            if key is _UNCHANGED:
                done = self._db.execute(
                    "UPDATE documents SET body = ? WHERE kind = ? AND sid = ?", (json.dumps(doc), kind, sid)
                )
            else:
                done = self._db.execute(
                    "UPDATE documents SET body = ?, natural_key = ? WHERE kind = ? AND sid = ?",
                    (json.dumps(doc), key, kind, sid),
                )
        except sqlite3.IntegrityError:
            parent = self._db.execute(
                "SELECT parent FROM documents WHERE kind = ? AND sid = ?", (kind, sid)
            ).fetchone()[0]
            raise self._conflict(kind, "", parent, key) from None
        if done.rowcount == 0:
            raise KeyError(f"{kind} {sid}")

    def delete(self, kind: str, sid: str) -> bool:
        """Removes one document; False where there was none. What is under it stays: see `delete_under`."""
        return bool(self._db.execute("DELETE FROM documents WHERE kind = ? AND sid = ?", (kind, sid)).rowcount)

    def delete_under(self, parent: str) -> None:
        """Removes everything under a parent, and everything under that."""
        children = [row[0] for row in self._db.execute("SELECT sid FROM documents WHERE parent = ?", (parent,))]
        self._db.execute("DELETE FROM documents WHERE parent = ?", (parent,))
        for child in children:
            self.delete_under(child)

    def clear(self) -> None:
        """Removes everything."""
        self._db.execute("DELETE FROM documents")
        self._db.commit()

    def commit(self) -> None:
        """Makes what was written permanent. The front does so after each handler, effects after each has run."""
        self._db.commit()

    def rollback(self) -> None:
        """Undoes what was written since the last commit."""
        self._db.rollback()

    def rows(self, but: str) -> Iterator[str]:
        """Each document that is committed as one line, by kind and in creation order; none of a kind that begins with
        `but`.
        """
        query = "SELECT kind, sid, parent, natural_key, body FROM documents ORDER BY kind, seq"
        return (" ".join(map(str, row)) for row in self._db.execute(query) if not (but and row[0].startswith(but)))

    def copy(self) -> sqlite3.Connection:
        """All that is committed, as it is now: to be given to `become`."""
        copy = sqlite3.connect(":memory:", check_same_thread=False)
        self._db.backup(copy)
        return copy

    def become(self, copy: sqlite3.Connection) -> None:
        """Holds again what it held when the copy was made."""
        self._db.rollback()
        copy.backup(self._db)

    def close(self) -> None:
        """Commits and closes the file."""
        self._db.commit()
        self._db.close()

    def _one(self, statement: str, *values: str) -> dict[str, Any] | None:
        row = self._db.execute(statement, values).fetchone()
        return json.loads(row[0]) if row else None

    def _conflict(self, kind: str, sid: str, parent: str, key: str | None) -> Conflict:
        row = self._db.execute(
            "SELECT sid FROM documents WHERE kind = ? AND (sid = ? OR (parent = ? AND natural_key = ?))",
            (kind, sid, parent, key),
        ).fetchone()
        return Conflict(row[0] if row else sid)


def _equal(fields: dict[str, Any]) -> tuple[str, list[Any]]:
    return "".join(f" AND json_extract(body, '$.{name}') IS ?" for name in fields), list(fields.values())
