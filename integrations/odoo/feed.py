"""The change feed: what was written in Odoo since the last look, and the first import before it."""

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from integrations.errors import DeliveryError, NeedsAttention
from integrations.odoo.connect import gateway_for
from integrations.odoo.courtesy import let_people_go_first
from integrations.odoo.cursors import OVERLAP, Cursor, restart
from integrations.odoo.lease import FeedLease, feed_lease
from integrations.odoo.models import ImportRun, OdooConnection
from integrations.odoo.readers import Reader, read, registered
from integrations.odoo.records import ChangedIds, OrderRecord, Position
from integrations.odoo.subjects import WATCHED, Subject, Watch
from integrations.odoo.verbs import Gateway
from integrations.transactions import refuse_in_transaction

logger = logging.getLogger(__name__)

PAGE = 500
IMPORT_PAGE = 500

# Stores orders in a transaction of its own and returns how many were new or changed.
Apply = Callable[[list[OrderRecord]], int]


@dataclass(frozen=True, slots=True)
class Look:
    """What one poll found: how much differed, and whether it left something for the next one."""

    differed: int
    unfinished: bool


def poll(
    connection: OdooConnection,
    *,
    apply: Apply,
    now: datetime,
    company_ids: Collection[int] | None = None,
    overlap: timedelta = OVERLAP,
) -> int:
    """Read the orders that were changed, or whose lines were, since the last poll; return how many differed.

    As ``poll_all``, for orders alone; 0 as well when somebody else reads this connection now.
    """

    def store(connection: OdooConnection, records: list[OrderRecord], /, *, now: datetime) -> int:
        return apply(records)

    reader = Reader(Subject.ORDERS, store)
    look = poll_all(connection, now=now, readers=[reader], company_ids=company_ids, overlap=overlap)
    return look.differed if look else 0


def poll_all(
    connection: OdooConnection,
    *,
    now: datetime,
    readers: Collection[Reader] | None = None,
    company_ids: Collection[int] | None = None,
    overlap: timedelta = OVERLAP,
) -> Look | None:
    """Read what was changed since the last poll, for every registered reader.

    Orders are read to the end. Of each other subject one page is, so that a first look at a large database
    does not keep orders waiting: the next poll goes on where this one stopped, after it has read the orders.
    Only one worker polls a connection at a time; the others return None at once. The cursors move after what
    was read is stored, so whatever dies, nothing is skipped. ``company_ids=None`` reads all that our user may
    see. An idle Odoo costs one call per watched model. Raises TryLater and NeedsAttention, noted on the
    connection; RuntimeError inside a transaction.
    """
    refuse_in_transaction()
    with feed_lease(connection.pk) as lease:
        if lease is None:
            return None
        with _noting_faults(connection, now):
            poll = _Poll(connection, lease, now, company_ids, overlap)
            return poll.run(registered() if readers is None else readers)


class _Poll:
    """One look at all the feeds of one connection."""

    def __init__(
        self,
        connection: OdooConnection,
        lease: FeedLease,
        now: datetime,
        company_ids: Collection[int] | None,
        overlap: timedelta,
    ) -> None:
        self._connection, self._lease, self._now = connection, lease, now
        self._company_ids, self._overlap = company_ids, overlap
        self._unfinished = False

    def run(self, readers: Collection[Reader]) -> Look:
        """Read each subject; one that we may not read does not hold up the others, but is told of."""
        gateway = gateway_for(self._connection)
        differed = 0
        refused: NeedsAttention | None = None
        for reader in readers:
            if not gateway.offers(reader.subject):
                continue
            try:
                differed += self._read(gateway, reader)
            except NeedsAttention as refusal:
                if reader.subject == Subject.ORDERS:
                    raise
                refused = refused or refusal
        if refused is not None:
            raise refused
        return Look(differed, self._unfinished)

    def _read(self, gateway: Gateway, reader: Reader) -> int:
        cursors = {watch: self._cursor(gateway, watch) for watch in WATCHED[reader.subject]}
        positions = {watch: cursor.start for watch, cursor in cursors.items()}
        differed = 0
        while positions:
            let_people_go_first()
            pages = {
                watch: gateway.changed(watch, self._company_ids, since, limit=PAGE)
                for watch, since in positions.items()
            }
            # One order in both feeds is read once.
            touched = sorted({pk for page in pages.values() for pk in page.ids})
            if touched and reader.wanted:
                touched = sorted(reader.wanted(self._connection, touched))
            if touched and (records := read(gateway, reader.subject, touched)):
                differed += reader.store(self._connection, records, now=self._now)
            positions = {watch: page.position for watch, page in pages.items() if page.more}
            stops = reader.subject != Subject.ORDERS and self._may_stop(gateway, cursors, positions)
            self._advance({cursors[watch]: page for watch, page in pages.items()}, stops=stops)
            if stops:
                break
        return differed

    def _may_stop(
        self, gateway: Gateway, cursors: dict[Watch, Cursor], positions: dict[Watch, Position]
    ) -> bool:
        """Whether the rest may wait: only far enough back can no row turn up late before where we stop."""
        settled = gateway.clock() - self._overlap
        return bool(positions) and all(
            cursors[watch].has_come_to(position) and position.written_at < settled
            for watch, position in positions.items()
            if position.written_at is not None
        )

    def _cursor(self, gateway: Gateway, watch: Watch) -> Cursor:
        cursor = Cursor(self._connection, watch, now=self._now, overlap=self._overlap)
        if cursor.is_new and not watch.from_beginning:
            cursor.begin_at(gateway.clock() - self._overlap)
        return cursor

    @transaction.atomic
    def _advance(self, pages: dict[Cursor, ChangedIds], *, stops: bool) -> None:
        self._lease.renew()
        self._unfinished = self._unfinished or stops
        for cursor, page in pages.items():
            cursor.advance(page, stops=stops and page.more)


def import_all(
    connection: OdooConnection,
    *,
    apply: Apply,
    now: datetime,
    company_ids: Collection[int] | None = None,
    overlap: timedelta = OVERLAP,
) -> ImportRun | None:
    """Read every order for the first time, by ascending id; go on where an import that died stopped.

    The cursors are set to the moment before the run began, so that the feed then brings what changed while
    it ran. Returns the finished run, or None when somebody else reads this connection now.
    Raises TryLater and NeedsAttention, noted on the run and the connection.
    """
    refuse_in_transaction()
    with feed_lease(connection.pk) as lease:
        if lease is None:
            return None
        with _noting_faults(connection, now):
            gateway = gateway_for(connection)
            companies = _companies(gateway) if company_ids is None else company_ids
            run = _open_run(connection, gateway, companies, now=now, overlap=overlap)
            _import_pages(run, lease, gateway, companies, apply)
            run.finished_at = now
            run.save(update_fields=["finished_at"])
            return run


def _companies(gateway: Gateway) -> list[int]:
    return [company.odoo_id for company in gateway.identify().companies]


def _open_run(
    connection: OdooConnection,
    gateway: Gateway,
    company_ids: Collection[int],
    *,
    now: datetime,
    overlap: timedelta,
) -> ImportRun:
    run = ImportRun.objects.filter(connection=connection, finished_at__isnull=True).order_by("-pk").first()
    if run is not None:
        return run
    total = gateway.count_orders(company_ids)
    began = gateway.clock()
    with transaction.atomic():
        for subject, watches in WATCHED.items():
            # The receipts of the orders that are coming have to come as well.
            restart(connection, watches, at=None if subject == Subject.RECEIPTS else began - overlap)
        return ImportRun.objects.create(connection=connection, total=total, started_at=now)


def _import_pages(
    run: ImportRun, lease: FeedLease, gateway: Gateway, company_ids: Collection[int], apply: Apply
) -> None:
    for page in gateway.order_pages(company_ids, after_id=run.last_id, size=IMPORT_PAGE):
        apply(page)
        run.done += len(page)
        run.last_id = page[-1].odoo_id
        # Orders placed meanwhile are read too.
        run.total = max(run.total, run.done)
        with transaction.atomic():
            lease.renew()
            run.save(update_fields=["done", "last_id", "total"])


@contextmanager
def _noting_faults(connection: OdooConnection, now: datetime) -> Iterator[None]:
    """Keep on the connection when it was last reached, and what went wrong since."""
    row = OdooConnection.objects.filter(pk=connection.pk)
    try:
        yield
    except DeliveryError as error:
        row.update(last_fault=error.sentence)
        ImportRun.objects.filter(connection=connection, finished_at__isnull=True).update(fault=error.sentence)
        raise
    row.update(last_seen_at=now, last_fault="")
