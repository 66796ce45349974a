"""Records in memory, written through to SQLite: one commit per transaction, rolled back as a whole."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from integrations.odoo.sandbox.recency import Recency

Record = dict[str, Any]
Key = tuple[str, int]


class Store:
    """All records of one database.

    Not thread-safe: the engine holds one lock around each call. Values are plain JSON values; datetimes are
    'YYYY-MM-DD HH:MM:SS[.ffffff]' strings in UTC, which compare like dates.
    """

    def __init__(self, path: Path | None, *, indexed: Iterable[tuple[str, str]]) -> None:
        self.tables: dict[str, dict[int, Record]] = {}
        self._indexes: dict[tuple[str, str], dict[Any, dict[int, None]]] = {key: {} for key in indexed}
        self._indexed_fields: dict[str, list[str]] = {}
        for model, name in self._indexes:
            self._indexed_fields.setdefault(model, []).append(name)
        self._recencies: dict[str, Recency] = {}  # of the models that were asked about
        self._last_ids: dict[str, int] = {}
        self._moved_ids: set[str] = set()
        # What each record was before the running transaction touched it; None = it did not exist.
        self._before: dict[Key, Record | None] = {}
        self._file = self._open(path) if path else None
        if self._file is not None:
            self._load(self._file)

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection:
        file = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        file.execute("PRAGMA journal_mode=WAL")
        # An application crash loses nothing at NORMAL; only a power cut may lose the last commits.
        file.execute("PRAGMA synchronous=NORMAL")
        file.execute(
            "CREATE TABLE IF NOT EXISTS record (model TEXT, id INTEGER, body TEXT, PRIMARY KEY (model, id))"
            " WITHOUT ROWID"
        )
        file.execute("CREATE TABLE IF NOT EXISTS last_id (model TEXT PRIMARY KEY, value INTEGER)")
        return file

    def _load(self, file: sqlite3.Connection) -> None:
        decode = json.loads
        for model, record_id, body in file.execute("SELECT model, id, body FROM record ORDER BY model, id"):
            self.tables.setdefault(model, {})[record_id] = decode(body)
        for model in self._indexed_fields:
            for record_id, record in self.tables.get(model, {}).items():
                self._link(model, record_id, record)
        self._last_ids = dict(file.execute("SELECT model, value FROM last_id"))

    def close(self) -> None:
        """Close the file; what was committed is on it."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def clear(self) -> None:
        """Forget everything."""
        self.tables.clear()
        for index in self._indexes.values():
            index.clear()
        self._recencies.clear()
        self._last_ids.clear()
        self._before.clear()
        if self._file is not None:
            self._file.execute("DELETE FROM record")
            self._file.execute("DELETE FROM last_id")

    def table(self, model: str) -> dict[int, Record]:
        """All records of a model by id. Read only."""
        return self.tables.setdefault(model, {})

    def linked(self, model: str, name: str, value: Any) -> list[int]:
        """Ids of the records whose indexed field `name` is `value`, oldest first."""
        return sorted(self._indexes[model, name].get(value, ()))

    def has_index(self, model: str, name: str) -> bool:
        """Whether `linked` may be asked for this field."""
        return (model, name) in self._indexes

    def written_since(self, model: str, moment: str) -> list[int]:
        """Ids of the records written at the moment or later."""
        if model not in self._recencies:
            self._recencies[model] = Recency(self.table(model))
        return self._recencies[model].since(moment)

    def next_id(self, sequence: str) -> int:
        """The next number of a sequence. As in PostgreSQL a rollback does not give it back."""
        self._last_ids[sequence] = self._last_ids.get(sequence, 0) + 1
        self._moved_ids.add(sequence)
        return self._last_ids[sequence]

    def insert(self, model: str, record: Record) -> int:
        """Keep a new record, give it an id."""
        record_id = self.next_id(model)
        record["id"] = record_id
        self._before.setdefault((model, record_id), None)
        self.table(model)[record_id] = record
        self._link(model, record_id, record)
        return record_id

    def change(self, model: str, record_id: int, values: Record) -> None:
        """Overwrite some values of a record."""
        record = self.tables[model][record_id]
        if (model, record_id) not in self._before:
            self._before[model, record_id] = dict(record)
        for name in self._indexed_fields.get(model, ()):
            if name in values and values[name] != record.get(name):
                self._unlink_one(model, name, record_id, record.get(name))
                if values[name]:
                    self._indexes[model, name].setdefault(values[name], {})[record_id] = None
        recency = self._recencies.get(model)
        if recency and "write_date" in values:
            recency.drop(record_id, record.get("write_date"))
            recency.add(record_id, values["write_date"])
        record.update(values)

    def delete(self, model: str, record_id: int) -> None:
        """Remove a record."""
        record = self.tables[model].pop(record_id)
        self._before.setdefault((model, record_id), record)
        self._unlink(model, record_id, record)

    def _link(self, model: str, record_id: int, record: Record) -> None:
        for name in self._indexed_fields.get(model, ()):
            value = record.get(name)
            if value:
                self._indexes[model, name].setdefault(value, {})[record_id] = None
        if model in self._recencies:
            self._recencies[model].add(record_id, record.get("write_date"))

    def _unlink(self, model: str, record_id: int, record: Record) -> None:
        for name in self._indexed_fields.get(model, ()):
            self._unlink_one(model, name, record_id, record.get(name))
        if model in self._recencies:
            self._recencies[model].drop(record_id, record.get("write_date"))

    def _unlink_one(self, model: str, name: str, record_id: int, value: Any) -> None:
        if value:
            self._indexes[model, name].get(value, {}).pop(record_id, None)

    def touched(self) -> Iterator[Key]:
        """The records the running transaction has changed, made or removed."""
        return iter(self._before)

    def commit(self) -> None:
        """End the transaction: one SQLite commit with every record it touched."""
        if self._file is not None and (self._before or self._moved_ids):
            try:
                self._write_out(self._file)
            except sqlite3.Error:
                # The disk is full or gone: memory must not know more than the file.
                if self._file.in_transaction:
                    self._file.execute("ROLLBACK")
                self.rollback()
                raise
        self._before.clear()
        self._moved_ids.clear()

    def _write_out(self, file: sqlite3.Connection) -> None:
        kept, gone = [], []
        for model, record_id in self._before:
            record = self.tables[model].get(record_id)
            if record is None:
                gone.append((model, record_id))
            else:
                kept.append((model, record_id, json.dumps(record, ensure_ascii=False)))
        file.execute("BEGIN IMMEDIATE")
        file.executemany("INSERT OR REPLACE INTO record VALUES (?, ?, ?)", kept)
        file.executemany("DELETE FROM record WHERE model = ? AND id = ?", gone)
        numbers = [(name, self._last_ids[name]) for name in self._moved_ids]
        file.executemany("INSERT OR REPLACE INTO last_id VALUES (?, ?)", numbers)
        file.execute("COMMIT")

    def rollback(self) -> None:
        """Undo the transaction: every touched record is what it was."""
        for (model, record_id), before in self._before.items():
            current = self.tables[model].pop(record_id, None)
            if current is not None:
                self._unlink(model, record_id, current)
            if before is not None:
                self.tables[model][record_id] = before
                self._link(model, record_id, before)
        self._before.clear()
