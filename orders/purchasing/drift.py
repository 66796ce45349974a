"""Where an order here and an order in Odoo differ, field by field, in words. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from integrations.odoo.records import LineRecord, OdooState, OrderRecord
from integrations.reconciliation.comparison import Finding
from integrations.reconciliation.models import Kind
from orders.purchasing.lifecycle import LineState, OrderState
from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from orders.purchasing.revisions import STATES, content_hash, day_in
from orders.purchasing.wording import date_text, price_text, quantity_text

ORDER, LINE = "purchase order", "purchase order line"
_UNSEEN = {OdooState.DRAFT, OdooState.TO_APPROVE}
_LONGEST = 500

# The name of a field, what it is here, and what it is in Odoo.
Pair = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Mirror:
    """An order as the portal holds it: all of its lines, and whom Odoo knows its supplier as."""

    order: PurchaseOrder
    lines: tuple[PurchaseOrderLine, ...]
    partner_id: int | None


def findings_of(
    record: OrderRecord | None, mirror: Mirror | None, *, odoo_id: int, agreed_too: bool
) -> list[Finding]:
    """Compare one order; None means that this side has none.

    With *agreed_too*, what was agreed here and is not in Odoo is a difference as well; without, it is known
    to be on its way.
    """
    if mirror is None:
        return [] if record is None or record.state in _UNSEEN else [_missing(record)]
    if record is None:
        # Odoo deletes only what was cancelled: what is closed here already has nothing left to say.
        return [_gone(mirror, odoo_id)] if mirror.order.is_open else []
    return list(_Comparing(record, mirror).findings(agreed_too=agreed_too))


def _missing(record: OrderRecord) -> Finding:
    there = f"{STATES[record.state].label}, {_count(len(record.lines))}, {record.partner.name}"
    return Finding(Kind.MISSING, ORDER, "", None, record.odoo_id, 0, record.number, "", there)


def _gone(mirror: Mirror, odoo_id: int) -> Finding:
    order = mirror.order
    here = f"{OrderState(order.state).label}, {_count(len(mirror.lines))}, {order.supplier}"
    return Finding(Kind.EXTRA, ORDER, "", order.pk, odoo_id, 0, order.number, here, "")


class _Comparing:
    """One order that both sides have."""

    def __init__(self, record: OrderRecord, mirror: Mirror) -> None:
        self._record, self._mirror, self._order = record, mirror, mirror.order
        self._zone = ZoneInfo(mirror.order.company.time_zone)
        # Older means: Odoo has a version that was never read. Else it was read, and differs all the same.
        unread = content_hash(record) != self._order.content_hash
        self._kind = Kind.STALE if unread and record.written_at > self._order.written_at else Kind.DIFFERENT

    def findings(self, *, agreed_too: bool) -> Iterator[Finding]:
        order, record = self._order, self._record
        for field, here, there in self._header():
            yield self._finding(ORDER, field, 0, order.number, here, there)
        if self._mirror.partner_id != record.partner.odoo_id:
            # Who delivers decides who sees the order: no repair moves it to another supplier by itself.
            yield self._finding(
                ORDER, "vendor", 0, order.number, str(order.supplier), record.partner.name, by_hand=True
            )
        mirrors = {line.odoo_id: line for line in self._mirror.lines}
        for position, line in enumerate(record.lines, start=1):
            yield from self._line(mirrors.pop(line.odoo_id, None), line, position, agreed_too=agreed_too)
        for mirror in mirrors.values():
            # One that makes room for another product, which is yet to come, may be gone in Odoo.
            makes_room = mirror.awaited_change and not mirror.quantity
            if mirror.state != LineState.CANCELLED and not makes_room:
                label = f"{order.number}, {mirror.product_code or mirror.description}"
                yield self._finding(LINE, "", mirror.odoo_id, label, str(mirror), "", kind=Kind.EXTRA)

    def _header(self) -> Iterator[Pair]:
        order, record = self._order, self._record
        pairs: list[tuple[str, object, object]] = [
            ("number", order.number, record.number),
            ("state", OrderState(order.state).label, STATES[record.state].label),
            ("order date", _moment(order.ordered_at), _moment(record.ordered_at)),
            ("currency", order.currency, record.currency),
            ("amount without tax", order.amount_untaxed, record.amount_untaxed),
            ("tax", order.amount_tax, record.amount_tax),
            ("total", order.amount_total, record.amount_total),
            ("buyer", _person(order.buyer_name, order.buyer_odoo_id), _buyer(record)),
            ("notes", order.notes, record.notes),
            ("payment terms", order.payment_terms, record.payment_terms),
            ("incoterm", order.incoterm, record.incoterm),
            ("acknowledged", _yes(value=order.acknowledged_in_odoo), _yes(value=record.acknowledged)),
        ]
        yield from _differing(pairs)

    def _line(
        self, mirror: PurchaseOrderLine | None, line: LineRecord, position: int, *, agreed_too: bool
    ) -> Iterator[Finding]:
        code = f" ({line.product_code})" if line.product_code else ""
        label = f"{self._order.number}, line {position}{code}"
        if mirror is None:
            there = (
                f"{quantity_text(line.quantity)} {line.unit} at {price_text(line.unit_price)},"
                f" {date_text(day_in(self._zone, line.planned_at))}"
            )
            yield self._finding(LINE, "", line.odoo_id, label, "", there, kind=Kind.MISSING)
            return
        pairs = list(_line_pairs(mirror, line))
        for field, here, there in pairs:
            yield self._finding(LINE, field, line.odoo_id, label, here, there)
        if agreed_too and not {"quantity", "price", "date"} & {field for field, _, _ in pairs}:
            for field, here, there in self._agreed(mirror, line):
                yield self._finding(LINE, field, line.odoo_id, label, here, there, kind=Kind.DIFFERENT)

    def _agreed(self, mirror: PurchaseOrderLine, line: LineRecord) -> Iterator[Pair]:
        """What both sides of the portal agreed, where Odoo holds something else."""
        arrived = line.received >= line.quantity
        if mirror.state not in LineState.settled() or mirror.promised_on is None or arrived:
            return
        if not self._order.is_open or mirror.awaited_change:
            # Another product or unit waits for a person: until then nothing is to be written.
            return
        day = day_in(self._zone, line.planned_at)
        if mirror.asked_quantity != line.quantity:
            yield "agreed quantity", quantity_text(mirror.asked_quantity), quantity_text(line.quantity)
        if mirror.asked_price != line.unit_price:
            yield "agreed price", price_text(mirror.asked_price), price_text(line.unit_price)
        if mirror.asked_on is not None and mirror.asked_on != day:
            yield "promised date", date_text(mirror.asked_on), date_text(day)

    def _finding(
        self,
        entity: str,
        field: str,
        line_id: int,
        label: str,
        here: str,
        there: str,
        *,
        kind: Kind | None = None,
        by_hand: bool = False,
    ) -> Finding:
        return Finding(
            kind=kind or self._kind,
            entity=entity,
            field=field,
            document_id=self._order.pk,
            document_odoo_id=self._record.odoo_id,
            record_odoo_id=line_id,
            label=label,
            here=here[:_LONGEST],
            there=there[:_LONGEST],
            by_hand=by_hand,
        )


def _line_pairs(mirror: PurchaseOrderLine, line: LineRecord) -> Iterator[Pair]:
    pairs: list[tuple[str, object, object]] = [
        ("position", mirror.sequence, line.sequence),
        ("product", mirror.product_code, line.product_code),
        ("description", mirror.description, line.description),
        ("unit", mirror.unit, line.unit),
        ("quantity", mirror.quantity, line.quantity),
        ("price", mirror.unit_price, line.unit_price),
        ("discount", mirror.discount, line.discount),
        ("amount", mirror.subtotal, line.subtotal),
        ("date", _moment(mirror.planned_at), _moment(line.planned_at)),
        ("received", mirror.received, line.received),
        ("invoiced", mirror.invoiced, line.invoiced),
    ]
    yield from _differing(pairs)


def _differing(pairs: list[tuple[str, object, object]]) -> Iterator[Pair]:
    for field, here, there in pairs:
        if here != there:
            yield field, _text(here), _text(there)


def _text(value: object) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _moment(value: datetime | None) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if value else ""


def _buyer(record: OrderRecord) -> str:
    return _person(record.buyer_name, record.buyer_id)


def _person(name: str, odoo_id: int | None) -> str:
    return f"{name} (user {odoo_id})" if odoo_id else ""


def _yes(*, value: bool) -> str:
    return "yes" if value else "no"


def _count(lines: int) -> str:
    return "1 line" if lines == 1 else f"{lines} lines"
