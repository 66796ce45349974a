"""What is compared with Odoo: purchase orders with their lines, and what was agreed but is not there."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q

from integrations.odoo.records import OrderRecord, Position
from integrations.odoo.subjects import WATCHED, Subject
from integrations.outbox.models import OutboxMessage, Status
from integrations.reconciliation.comparison import Batch, Finding, Look, RepairOrder, comparison
from orders.purchasing.drift import Mirror, findings_of
from orders.purchasing.fingerprints import Mirrored, fingerprint, mirrored
from orders.purchasing.lifecycle import LineState, OrderState
from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from orders.purchasing.odoo_pull import apply_orders
from orders.purchasing.odoo_push import enqueue_again
from orders.purchasing.querysets import LineQuerySet, OrderQuerySet
from orders.purchasing.withdrawing import withdraw_gone
from suppliers.journal.actions import Happening, note
from suppliers.journal.models import Channel
from suppliers.people.models import User, VendorAccount

_PAGE = 500
_DOCUMENT = "purchase_order:"


@dataclass(frozen=True, slots=True)
class _OnTheirWay:
    """Orders with messages that will still reach Odoo, by our id."""

    moving: frozenset[int]  # by itself, any moment now
    parked: frozenset[int]  # after a person has looked: the exception queue tells of them


@comparison("purchase orders")
class PurchaseOrders:
    """Orders and lines: a hash of each order first, the fields of those whose hashes differ."""

    def compare(self, look: Look) -> Iterator[Batch]:
        """See Comparison. What differs by its hash is looked at again at the end: the feed had its time."""
        suspects: list[int] = []
        after = 0
        for page in look.gateway.order_pages([look.odoo_company_id], size=_PAGE):
            last = page[-1].odoo_id
            suspects += _suspects(look, page, after=after, last=last)
            after = last
            yield Batch(len(page), sum(len(record.lines) for record in page))
        suspects += _suspects(look, [], after=after, last=None)
        suspects += _agreed_otherwise(look.company_id)
        ids = sorted(set(suspects))
        for start in range(0, len(ids), _PAGE):
            yield Batch(findings=tuple(self.look_again(look, ids[start : start + _PAGE])))

    def look_again(self, look: Look, odoo_ids: Collection[int]) -> list[Finding]:
        """See Comparison.

        Read in this order: Odoo, the mirror, then what was written in Odoo just now. Whatever changed while
        we looked is in the last of these, and is left to the feed.
        """
        records = {record.odoo_id: record for record in look.gateway.orders(odoo_ids)}
        mirrors = _mirrors(look.company_id, odoo_ids)
        on_their_way = _on_their_way([mirror.order.pk for mirror in mirrors.values()])
        settling = _written_just_now(look)
        found: list[Finding] = []
        for odoo_id in odoo_ids:
            record, mirror = records.get(odoo_id), mirrors.get(odoo_id)
            elsewhere = record is not None and record.company_id != look.odoo_company_id
            if odoo_id in settling or elsewhere or (mirror and mirror.order.pk in on_their_way.moving):
                continue
            agreed_too = mirror is not None and mirror.order.pk not in on_their_way.parked
            found += findings_of(record, mirror, odoo_id=odoo_id, agreed_too=agreed_too)
        return found

    def pull(self, look: Look, odoo_ids: Collection[int], order: RepairOrder) -> None:
        """See Comparison."""
        records = [
            record for record in look.gateway.orders(odoo_ids) if record.company_id == look.odoo_company_id
        ]
        found = {record.odoo_id for record in records}
        with transaction.atomic():
            held = PurchaseOrder.objects.filter(company=look.company_id)
            # The feed passes over what it has read already; the mirror itself may be what is wrong.
            held.filter(odoo_id__in=found).update(content_hash="")
            apply_orders(look.connection, records, now=order.at)
            withdraw_gone(look.company_id, set(odoo_ids) - found, now=order.at)
            _journal(held.filter(odoo_id__in=odoo_ids), "order.read_again", "was read again from Odoo", order)

    def push(self, look: Look, odoo_ids: Collection[int], order: RepairOrder) -> None:
        """See Comparison."""
        with transaction.atomic():
            held = PurchaseOrder.objects.filter(company=look.company_id, odoo_id__in=odoo_ids)
            orders = list(
                held.filter(state__in=OrderState.open())
                .select_related("company__connection", "supplier")
                .order_by("pk")
                .select_for_update(of=["self"])
            )
            lines: dict[int, list[PurchaseOrderLine]] = defaultdict(list)
            for line in _unlike_agreed(PurchaseOrderLine.objects.filter(order__in=orders)):
                lines[line.order_id].append(line)
            wanted = [found for found in orders if lines[found.pk]]
            for found in wanted:
                enqueue_again(found, lines[found.pk], key=order.key)
            _journal(
                held.filter(pk__in=[found.pk for found in wanted]),
                "order.sent_again",
                "is sent to Odoo again as it was agreed",
                order,
            )


def _suspects(look: Look, page: Sequence[OrderRecord], *, after: int, last: int | None) -> list[int]:
    """Return the Odoo ids of a stretch in which the two sides may differ, by their hashes."""
    present = [line.odoo_id for record in page for line in record.lines]
    here = mirrored(look.company_id, after=after, last=last, present=present)
    differing = [record.odoo_id for record in page if not _equal(here.pop(record.odoo_id, None), record)]
    # A draft is not among what Odoo lists: an order that was taken back is rightly not there.
    return differing + [row.odoo_id for row in here.values() if row.state != OrderState.WITHDRAWN]


def _equal(row: Mirrored | None, record: OrderRecord) -> bool:
    return row is not None and row.fingerprint == fingerprint(record)


def _unlike_agreed(lines: LineQuerySet) -> LineQuerySet:
    """Keep the agreed lines that Odoo, as far as the mirror knows, holds otherwise.

    What has arrived in full is left alone: nothing is planned with its date any more.
    """
    otherwise = (
        ~Q(quantity=F("asked_quantity"))
        | ~Q(unit_price=F("asked_price"))
        | (Q(expected_on__isnull=True) | ~Q(expected_on=F("asked_on"))) & Q(asked_on__isnull=False)
    )
    settled = lines.filter(state__in=LineState.settled(), promised_on__isnull=False)
    agreed = settled.filter(received__lt=F("quantity"))
    return agreed.filter(otherwise).order_by("pk")


def _agreed_otherwise(company_id: int) -> list[int]:
    lines = PurchaseOrderLine.objects.filter(company=company_id, order__state__in=OrderState.open())
    return list(_unlike_agreed(lines).order_by().values_list("order__odoo_id", flat=True).distinct())


def _mirrors(company_id: int, odoo_ids: Collection[int]) -> dict[int, Mirror]:
    orders = list(
        PurchaseOrder.objects.filter(company=company_id, odoo_id__in=odoo_ids).select_related(
            "company", "supplier"
        )
    )
    lines: dict[int, list[PurchaseOrderLine]] = defaultdict(list)
    for line in PurchaseOrderLine.objects.filter(order__in=orders).order_by("sequence", "odoo_id"):
        lines[line.order_id].append(line)
    accounts = VendorAccount.objects.filter(
        company=company_id, supplier__in={order.supplier_id for order in orders}
    )
    partners = dict(accounts.values_list("supplier_id", "odoo_partner_id"))
    return {
        order.odoo_id: Mirror(order, tuple(lines[order.pk]), partners.get(order.supplier_id))
        for order in orders
    }


def _on_their_way(order_ids: Sequence[int]) -> _OnTheirWay:
    rows = OutboxMessage.objects.filter(
        document__in=[f"{_DOCUMENT}{pk}" for pk in order_ids],
        status__in=[Status.PENDING, Status.SENDING, Status.PARKED],
    ).values_list("document", "status")
    by_id = [(int(document.removeprefix(_DOCUMENT)), status) for document, status in rows]
    return _OnTheirWay(
        moving=frozenset(pk for pk, status in by_id if status != Status.PARKED),
        parked=frozenset(pk for pk, status in by_id if status == Status.PARKED),
    )


def _written_just_now(look: Look) -> set[int]:
    """Return the orders that were written, or whose lines were, so short ago that the feed is at them."""
    found: set[int] = set()
    for watch in WATCHED[Subject.ORDERS]:
        since = Position(look.gateway.clock() - look.overlap, 0)
        more = True
        while more:
            page = look.gateway.changed(watch, [look.odoo_company_id], since)
            found.update(page.ids)
            since, more = page.position, page.more
    return found


def _journal(orders: OrderQuerySet, verb: str, done: str, repair: RepairOrder) -> None:
    by = User.objects.filter(pk=repair.by_id).first() if repair.by_id else None
    for order in orders:
        note(
            order,
            Happening(verb, f"Order {order.number} {done}, after a comparison.", reason=repair.key),
            by=by,
            at=repair.at,
            channel=Channel.WEB if by else Channel.SYSTEM,
            actor_name=repair.by_name,
        )
