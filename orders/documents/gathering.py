"""The documents of orders, read in a fixed number of queries for one revision of each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from orders.documents.content import Delivery, Document, DocumentLine, amount
from orders.purchasing.awaited import Awaited
from orders.purchasing.lifecycle import AnswerState, LineState, OrderState
from orders.purchasing.models import OrderRevision, PurchaseOrder, PurchaseOrderLine, ScheduleLine
from orders.purchasing.positions import standing_parts
from orders.purchasing.revisions import asked_again_in
from orders.purchasing.rules import Part, settle
from orders.purchasing.wording import date_text, goods_text, price_text, quantity_text
from suppliers.people.models import User

_GONE = {LineState.CANCELLED}


@dataclass(frozen=True, slots=True)
class _Agreed:
    """What was agreed about a line: the parts, answering which revision, and when it was agreed."""

    parts: tuple[Part, ...]
    revision: int
    at: datetime


def documents_of(user: User, order_ids: Iterable[int]) -> list[Document]:
    """Return the current document of each order the user may see."""
    orders = list(_orders(user).filter(pk__in=list(order_ids)).order_by("number", "pk"))
    agreed = _agreed(user, orders)
    lines: dict[int, list[PurchaseOrderLine]] = defaultdict(list)
    rows = PurchaseOrderLine.objects.visible_to(user).filter(order__in=orders)
    for line in rows.order_by("order_id", "sequence", "pk"):
        lines[line.order_id].append(line)
    return [_current(order, lines[order.pk], agreed) for order in orders]


class History:
    """Every revision of one order as a document: read in four queries, however many there are."""

    def __init__(self, user: User, order: PurchaseOrder) -> None:
        self._order = order
        rows = OrderRevision.objects.visible_to(user).filter(order=order)
        self._revisions = {row.number: row for row in rows}
        lines = PurchaseOrderLine.objects.visible_to(user).filter(order=order)
        self._lines = list(lines.order_by("sequence", "pk"))
        self._agreed = _agreed(user, [order])

    def all(self) -> list[Document]:
        """Return the documents of all revisions, newest first."""
        numbers = sorted({self._order.revision, *self._revisions}, reverse=True)
        return [document for number in numbers if (document := self.document(number))]

    def document(self, revision: int) -> Document | None:
        """Return the document of a revision, None when the order has no such revision."""
        if revision == self._order.revision:
            return _current(self._order, self._lines, self._agreed)
        row = self._revisions.get(revision)
        if row is None or revision > self._order.revision:
            return None
        lines = {line.odoo_id: line for line in self._lines}
        until = next((self._revisions[n].at for n in sorted(self._revisions) if n > revision), None)
        changed = asked_again_in({n: one.changes for n, one in self._revisions.items()}, revision)
        shown = tuple(
            _former(place, said, lines.get(said["line"]), self._agreed, changed.get(said["line"], 1), until)
            for place, said in enumerate(row.snapshot.get("lines", []), start=1)
        )
        return _document(self._order, revision, shown, row.snapshot)


def order_of(user: User, pk: int) -> PurchaseOrder | None:
    """Return an order with both sides, None for strangers."""
    return _orders(user).filter(pk=pk).first()


def _orders(user: User) -> Any:
    return PurchaseOrder.objects.visible_to(user).select_related("company", "supplier")


def _agreed(user: User, orders: Sequence[PurchaseOrder]) -> dict[int, list[_Agreed]]:
    """Return what was agreed about each line by an answer or a decision, oldest first."""
    rows = (
        ScheduleLine.objects.visible_to(user)
        .filter(line_answer__answer__order__in=orders, line_answer__state=AnswerState.AGREED)
        .select_related("line_answer__answer")
        .order_by("line_answer__answer__round", "line_answer_id", "position")
    )
    parts: dict[int, list[Part]] = defaultdict(list)
    answers: dict[int, Any] = {}
    for row in rows:
        answers[row.line_answer_id] = row.line_answer
        parts[row.line_answer_id].append(row.part)
    found: dict[int, list[_Agreed]] = defaultdict(list)
    for pk, line_answer in answers.items():
        answer = line_answer.answer
        at = line_answer.decided_at or answer.at
        found[line_answer.line_id].append(_Agreed(tuple(parts[pk]), answer.revision, at))
    return found


def _current(
    order: PurchaseOrder, lines: Sequence[PurchaseOrderLine], agreed: Mapping[int, Sequence[_Agreed]]
) -> Document:
    shown = tuple(
        _standing(place, line, agreed.get(line.pk, ()))
        for place, line in enumerate(lines, start=1)
        if line.state not in _GONE and not _is_replaced(line)
    )
    return _document(order, order.revision, shown, {})


def _is_replaced(line: PurchaseOrderLine) -> bool:
    """Whether another line holds what was agreed of this one, which is only left to be taken off."""
    awaited = Awaited.read(line.awaited_change)
    return bool(awaited.taken_by and not awaited.parts and not line.received)


def _standing(place: int, line: PurchaseOrderLine, agreed: Sequence[_Agreed]) -> DocumentLine:
    """Return a line as it stands now."""
    if line.state == LineState.REFUSED:
        reasons = [part.reason for one in agreed for part in one.parts if part.reason]
        nothing = (Delivery(quantity_text(line.asked_quantity), "", "; ".join(reasons)),)
        return _line(place, line, Decimal(0), line.asked_price, "declined", nothing)
    if line.awaited_change and line.state in LineState.settled():
        parts, wanted = standing_parts(line), "not in Odoo yet: the buyer changes it there"
        return _foreign(place, line.product_code, line.description, line.unit, line.discount, parts, wanted)
    if line.state not in LineState.settled():
        return _line(
            place, line, line.quantity, line.unit_price, "open", _one(line.quantity, line.expected_on)
        )
    valid = [one for one in agreed if one.revision >= line.asked_in_revision]
    parts = valid[-1].parts if valid else ()
    # The line's own position is the truth; the parts tell the deliveries as long as they come to the same.
    if parts and settle(parts).quantity == line.asked_quantity:
        deliveries = _deliveries(parts)
    else:
        deliveries = _one(line.asked_quantity, line.promised_on or line.asked_on)
    return _line(place, line, line.asked_quantity, line.asked_price, "agreed", deliveries)


def _line(
    place: int,
    line: PurchaseOrderLine,
    quantity: Decimal,
    price: Decimal,
    state: str,
    deliveries: tuple[Delivery, ...],
) -> DocumentLine:
    return DocumentLine(
        position=place,
        code=line.product_code,
        description=line.description,
        quantity=quantity_text(quantity),
        unit=line.unit,
        price=price_text(price),
        discount=quantity_text(line.discount) if line.discount else "",
        amount=str(amount(quantity, price, line.discount)),
        state=state,
        deliveries=deliveries,
    )


def _foreign(
    place: int,
    code: str,
    description: str,
    unit: str,
    discount: Decimal,
    parts: Sequence[Part],
    note: str = "",
) -> DocumentLine:
    """Return a line of which another product or unit was agreed: what comes stands with each delivery."""
    coming = [part for part in parts if part.is_delivered]
    units = {part.unit or unit for part in coming}
    prices = {part.unit_price for part in coming}
    amounts = (amount(part.quantity, part.unit_price or Decimal(0), discount) for part in coming)
    return DocumentLine(
        position=place,
        code=code,
        description=description,
        quantity=quantity_text(settle(parts).quantity),
        unit=" and ".join(sorted(units)),
        price=price_text(prices.pop()) if len(prices) == 1 else "-",
        discount=quantity_text(discount) if discount else "",
        amount=str(sum(amounts, Decimal(0))),
        state="agreed",
        deliveries=tuple(
            replace(delivery, goods=goods_text(part, unit) if part.is_foreign else "")
            for part in sorted(parts, key=_by_day)
            for delivery in _deliveries([part])
        ),
        note=note,
    )


def _former(
    place: int,
    said: Mapping[str, Any],
    line: PurchaseOrderLine | None,
    agreed: Mapping[int, Sequence[_Agreed]],
    asked_in: int,
    until: datetime | None,
) -> DocumentLine:
    """Return a line as it stood in a former revision, with what had been agreed by its end."""
    valid = [
        one
        for one in (agreed.get(line.pk, ()) if line else ())
        if one.revision >= asked_in and (until is None or one.at < until)
    ]
    parts = valid[-1].parts if valid else ()
    if any(part.is_foreign for part in parts):
        code, unit, discount = said.get("code", ""), said.get("unit", ""), _number(said.get("discount"))
        return _foreign(place, code, said.get("description", ""), unit, discount, parts)
    quantity, price = _number(said.get("quantity")), _number(said.get("price"))
    on = said.get("date", "-")
    deliveries: tuple[Delivery, ...] = (Delivery(quantity_text(quantity), "" if on == "-" else on),)
    state = "open"
    if parts:
        settled = settle(parts)
        state = "agreed" if settled.delivery_on else "declined"
        quantity = settled.quantity
        price = settled.unit_price if settled.unit_price is not None else price
        deliveries = _deliveries(parts)
    discount = _number(said.get("discount"))
    return DocumentLine(
        position=place,
        code=said.get("code", ""),
        description=said.get("description", ""),
        quantity=quantity_text(quantity),
        unit=said.get("unit", ""),
        price=price_text(price),
        discount=quantity_text(discount) if discount else "",
        amount=str(amount(quantity, price, discount)),
        state=state,
        deliveries=deliveries,
    )


def _document(
    order: PurchaseOrder, revision: int, lines: tuple[DocumentLine, ...], said: Mapping[str, Any]
) -> Document:
    return Document(
        number=order.number,
        revision=revision,
        is_current=revision == order.revision,
        buyer=order.company.name,
        supplier=order.supplier.name,
        supplier_vat=order.supplier.vat,
        supplier_reference=order.supplier_reference,
        ordered_on=order.ordered_at.date().isoformat() if order.ordered_at else "",
        currency=order.currency,
        payment_terms=said.get("payment_terms", order.payment_terms),
        incoterm=said.get("incoterm", order.incoterm),
        state=OrderState(said.get("state", order.state)).label,
        lines=lines,
    )


def _by_day(part: Part) -> tuple[Any, ...]:
    return part.delivery_on is None, part.delivery_on or "", part.quantity


def _deliveries(parts: Sequence[Part]) -> tuple[Delivery, ...]:
    ordered = sorted(parts, key=_by_day)
    return tuple(
        Delivery(
            quantity_text(part.quantity),
            part.delivery_on.isoformat() if part.delivery_on else "",
            "" if part.delivery_on else part.reason,
        )
        for part in ordered
    )


def _one(quantity: Decimal, on: Any) -> tuple[Delivery, ...]:
    text = date_text(on)
    return (Delivery(quantity_text(quantity), "" if text == "-" else text),)


def _number(text: Any) -> Decimal:
    try:
        return Decimal(str(text))
    except InvalidOperation:
        return Decimal(0)
