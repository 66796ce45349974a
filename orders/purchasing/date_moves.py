"""Remembering how a line's dates moved: who moved which, when, from which round or revision."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from orders.purchasing.copying import insert_many, new_row
from orders.purchasing.lifecycle import DateKind
from orders.purchasing.models import DateMove, PurchaseOrderLine


@dataclass(frozen=True, slots=True)
class Cause:
    """Who moves dates, when, and by what."""

    by_name: str
    at: datetime
    round: int | None = None
    revision: int | None = None


_COLUMNS = {
    DateKind.REQUESTED: "requested_on",
    DateKind.PROMISED: "promised_on",
    DateKind.EXPECTED: "expected_on",
}


class DateWatch:
    """Looks at the dates of lines before something is done to them, and stores what moved afterwards."""

    def __init__(self, lines: Iterable[PurchaseOrderLine]) -> None:
        self._lines = list(lines)
        self._before = [self._dates(line) for line in self._lines]

    def store(self, cause: Cause, *, rounds: dict[int, int] | None = None) -> None:
        """Store the moves in one statement; none costs nothing. *rounds* are by line, where they differ."""
        moves = [
            new_row(
                DateMove,
                supplier_id=line.supplier_id,
                company_id=line.company_id,
                line_id=line.pk,
                kind=kind,
                old=old,
                new=new,
                at=cause.at,
                by_name=cause.by_name[:200],
                round=(rounds or {}).get(line.pk, cause.round),
                revision=cause.revision,
            )
            for line, before in zip(self._lines, self._before, strict=True)
            for kind, old, new in self._moved(line, before)
        ]
        insert_many(moves)

    def _moved(
        self, line: PurchaseOrderLine, before: dict[DateKind, date | None]
    ) -> list[tuple[DateKind, date | None, date | None]]:
        now = self._dates(line)
        return [(kind, before[kind], now[kind]) for kind in DateKind if before[kind] != now[kind]]

    @staticmethod
    def _dates(line: PurchaseOrderLine) -> dict[DateKind, date | None]:
        return {kind: getattr(line, column) for kind, column in _COLUMNS.items()}
