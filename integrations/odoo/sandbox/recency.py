"""Which records were written since a moment: the feed asks every few seconds, of tables of any size."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping
from typing import Any

_Written = tuple[str, int]


class Recency:
    """The records of one model by when they were written; moments are texts that compare like dates."""

    def __init__(self, records: Mapping[int, Mapping[str, Any]]) -> None:
        self._order: list[_Written] = sorted(
            (record.get("write_date") or "", record_id) for record_id, record in records.items()
        )

    def add(self, record_id: int, written: str | None) -> None:
        """Count a record in."""
        insort(self._order, (written or "", record_id))

    def drop(self, record_id: int, written: str | None) -> None:
        """Count a record out that was written at that moment."""
        place = bisect_left(self._order, (written or "", record_id))
        if self._order[place : place + 1] == [(written or "", record_id)]:
            del self._order[place]

    def since(self, moment: str) -> list[int]:
        """Ids of what was written at the moment or later."""
        return [record_id for _, record_id in self._order[bisect_left(self._order, (moment, 0)) :]]
