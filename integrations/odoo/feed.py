"""The change feed: what was written in Odoo since the last look, and the first import before it."""

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction

from integrations.errors import DeliveryError
from integrations.odoo.connect import gateway_for
from integrations.odoo.lease import FeedLease, feed_lease
from integrations.odoo.models import FeedCursor, ImportRun, OdooConnection
from integrations.odoo.reading import LINE, ORDER
from integrations.odoo.records import ChangedIds, OrderRecord, Position
from integrations.odoo.verbs import Gateway
from integrations.transactions import refuse_in_transaction

logger = logging.getLogger(__name__)

# A row's write_date is the start of the transaction that wrote it: rows turn up late, with an earlier date.
# Everything from so long before the last look is read again; whoever stores it ignores what it has.
OVERLAP = timedelta(seconds=60)
PAGE = 500
IMPORT_PAGE = 500

# Stores orders in a transaction of its own and returns how many were new or changed.
Apply = Callable[[list[OrderRecord]], int]


def poll(
    connection: OdooConnection,
    *,
    apply: Apply,
    now: datetime,
    company_ids: Collection[int] | None = None,
    overlap: timedelta = OVERLAP,
) -> int:
    """Read the orders that were changed, or whose lines were, since the last poll; return how many differed.

    Only one worker polls a connection at a time; the others return 0 at once. The cursors move after *apply*
    succeeded, so whatever dies, nothing is skipped. ``company_ids=None`` reads all that our user may see.
    Raises TryLater and NeedsAttention, noted on the connection; RuntimeError inside a transaction.
    """
    refuse_in_transaction()
    with feed_lease(connection.pk) as lease:
        if lease is None:
            return 0
        with _noting_faults(connection, now):
            return _Poll(connection, lease, apply, now, company_ids, overlap).run()


class _Poll:
    """One look at both feeds: orders, and lines, which may change without their order."""

    def __init__(
        self,
        connection: OdooConnection,
        lease: FeedLease,
        apply: Apply,
        now: datetime,
        company_ids: Collection[int] | None,
        overlap: timedelta,
    ) -> None:
        self._connection, self._lease, self._apply, self._now = connection, lease, apply, now
        self._company_ids, self._overlap = company_ids, overlap

    def run(self) -> int:
        gateway = gateway_for(self._connection)
        positions = {model: _position(self._connection, model) for model in (ORDER, LINE)}
        differed = 0
        while positions:
            pages = {model: self._changed(gateway, model, since) for model, since in positions.items()}
            # One order in both feeds is read once.
            touched = sorted({pk for page in pages.values() for pk in page.order_ids})
            records = gateway.orders(touched) if touched else []
            if records:
                differed += self._apply(records)
            self._advance(pages)
            positions = {model: page.position for model, page in pages.items() if page.more}
        return differed

    def _changed(self, gateway: Gateway, model: str, since: Position) -> ChangedIds:
        read = gateway.changed_orders if model == ORDER else gateway.changed_lines
        return read(self._company_ids, since, limit=PAGE)

    @transaction.atomic
    def _advance(self, pages: dict[str, ChangedIds]) -> None:
        self._lease.renew()
        for model, page in pages.items():
            position = page.position
            if not page.more and position.written_at is not None:
                position = Position(position.written_at - self._overlap, 0)
            found = {"changed_at": self._now} if page.order_ids else {}
            FeedCursor.objects.update_or_create(
                connection=self._connection,
                model=model,
                defaults={
                    "write_date": position.written_at,
                    "last_id": position.last_id,
                    "polled_at": self._now,
                    **found,
                },
            )


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
        for model in (ORDER, LINE):
            FeedCursor.objects.update_or_create(
                connection=connection, model=model, defaults={"write_date": began - overlap, "last_id": 0}
            )
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


def _position(connection: OdooConnection, model: str) -> Position:
    cursor = FeedCursor.objects.filter(connection=connection, model=model).first()
    return Position(cursor.write_date, cursor.last_id) if cursor else Position(None, 0)


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
