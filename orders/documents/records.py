"""The records of orders that the journal keeps, held against the rows they were made of."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from orders.purchasing.agreement_record import HEAD, Difference, Pieces, differences, hash_of, serialized
from orders.purchasing.models import OrderRevision, PurchaseOrder, ScheduleLine
from orders.purchasing.record_content import Moment, content_of
from orders.purchasing.record_reading import (
    hash_before,
    hash_in,
    pieces_in,
    read_kept,
    read_revisions,
    read_schedule,
)
from suppliers.journal.models import JournalEntry
from suppliers.tenancy import Viewer


@dataclass(frozen=True, slots=True)
class Record:
    """One record of an order, as the journal kept it."""

    order: PurchaseOrder
    number: int
    pieces: Pieces
    sha256: str  # as it was kept
    former: str  # of the record before it
    is_newest: bool
    # What the rows say now that is not as it was recorded.
    differences: tuple[Difference, ...]
    # Whether the journal's own entries come to the hashes that they name.
    is_journal_sound: bool

    @property
    def is_intact(self) -> bool:
        """Whether journal and rows still say what was recorded."""
        return self.is_journal_sound and not self.differences

    @property
    def revision(self) -> int:
        """The order's revision at that time."""
        return int(self.pieces[HEAD]["revision"])

    def as_bytes(self) -> bytes:
        """Return the content whose hash it is."""
        return serialized(self.pieces)


class Records:
    """The records of one order: read in three queries, however many there are."""

    def __init__(
        self,
        order: PurchaseOrder,
        kept: Sequence[JournalEntry],
        schedule: Sequence[ScheduleLine],
        revisions: Sequence[OrderRevision],
    ) -> None:
        self.order = order
        self._kept, self._schedule, self._revisions = kept, schedule, revisions

    @property
    def count(self) -> int:
        """How many there are; they are numbered from 1."""
        return len(self._kept)

    def record(self, number: int) -> Record | None:
        """Return a record, checked now; None when there is none of that number."""
        if not 1 <= number <= self.count:
            return None
        entries = self._kept[:number]
        pieces, entry = pieces_in(entries), entries[-1]
        former = hash_in(entries[-2]) if number > 1 else ""
        head = pieces.get(HEAD, {})
        upto = Moment(int(head.get("step", 0)), int(head.get("revision", 0)))
        found = content_of(self._schedule, self._revisions, upto)
        return Record(
            order=self.order,
            number=number,
            pieces=pieces,
            sha256=hash_in(entry),
            former=former,
            is_newest=number == self.count,
            differences=tuple(differences(pieces, found)),
            is_journal_sound=hash_of(pieces) == hash_in(entry) and hash_before(entry) == former,
        )


def last_of_revision(order: PurchaseOrder, revision: int, viewer: Viewer) -> tuple[int, str] | None:
    """Return number and hash of the last record kept in a revision of an order: one query."""
    return _last_in(read_kept([order.pk], viewer=viewer).get(order.pk, ()), revision)


def last_of_each(orders: Iterable[PurchaseOrder], viewer: Viewer) -> dict[int, tuple[int, str]]:
    """Return, by order, number and hash of the last record kept in its revision of now: one query."""
    revisions = {order.pk: order.revision for order in orders}
    kept = read_kept(list(revisions), viewer=viewer)
    found = {order: _last_in(entries, revisions[order]) for order, entries in kept.items()}
    return {order: record for order, record in found.items() if record}


def _last_in(kept: Sequence[JournalEntry], revision: int) -> tuple[int, str] | None:
    for number in range(len(kept), 0, -1):
        # Each entry brings its head: neither the record's other pieces nor the entries before it are needed.
        if pieces_in(kept[number - 1 : number]).get(HEAD, {}).get("revision") == revision:
            return number, hash_in(kept[number - 1])
    return None


def records_of(order: PurchaseOrder, viewer: Viewer) -> Records:
    """Return the records of an order that the viewer may see."""
    kept = read_kept([order.pk], viewer=viewer)
    schedule = read_schedule([order.pk], viewer=viewer)
    revisions = read_revisions([order.pk], viewer=viewer)
    return Records(order, kept.get(order.pk, ()), schedule.get(order.pk, ()), revisions.get(order.pk, ()))


def every_record(order_ids: Collection[int]) -> Iterator[Record]:
    """Yield all records of orders, for the command that verifies them."""
    kept = read_kept(order_ids)
    schedule, revisions = read_schedule(list(kept)), read_revisions(list(kept))
    orders = PurchaseOrder.objects.filter(pk__in=list(kept)).order_by("pk")
    for order in orders:
        found = Records(order, kept[order.pk], schedule.get(order.pk, ()), revisions.get(order.pk, ()))
        for number in range(1, found.count + 1):
            if record := found.record(number):
                yield record
