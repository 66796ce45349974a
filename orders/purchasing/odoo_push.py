"""What Odoo is told after each round: lines, receipt date, acknowledgement, note, question to the buyer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from integrations.correlation import current_correlation_id
from integrations.errors import FaultClass
from integrations.odoo.connect import gateway_for
from integrations.odoo.records import Note, Question
from integrations.odoo.verbs import Visit
from integrations.outbox.delivery import Letter, Overtaken, delivery
from integrations.outbox.engine import retry
from integrations.outbox.models import OutboxMessage, Status
from orders.purchasing import chatter
from orders.purchasing.activities import Asking
from orders.purchasing.agreed import Lines, agreed_before, first_arrival, mirror, still_agreed
from orders.purchasing.awaited import written_parts
from orders.purchasing.lifecycle import LineState, OrderState, OrderSummary
from orders.purchasing.models import Answer, PurchaseOrder, PurchaseOrderLine
from orders.purchasing.rules import Asked, Part, settle
from suppliers.people.models import User
from suppliers.prepared import ask_together, prepared

# Deviations that Odoo's users are told of before they are decided: they are to change the order themselves.
ASKED_IN_ODOO = frozenset({"split", "rejected", "product", "unit"})

Agreed = Sequence[tuple[PurchaseOrderLine, Sequence[Part]]]
Proposals = Sequence[tuple[Asked, Sequence[Part], Sequence[str]]]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a round came to, in the words Odoo's users will read."""

    key: str
    note: str
    agreed: Agreed
    question: dict[str, Any] | None
    summary: OrderSummary
    # What a person has to change in Odoo: another product or unit than the line there holds.
    to_change: dict[str, Any] | None = None
    # Said only when this round brought it: repeating an old number could undo what was changed in Odoo since.
    reference: str = ""
    former_reference: str = ""


def letter_of_answer(
    order: PurchaseOrder,
    answer: Answer,
    *,
    agreed: Agreed,
    proposals: Proposals,
    former_reference: str,
    asking: Asking,
    again: bool = False,
) -> Letter:
    """Return what to enqueue after the supplier's round: what was agreed at once, what the buyer must decide.

    *again*: all of it had been agreed before and was confirmed again. *asking* is what a person has to put
    into Odoo.
    """
    question = None
    if any(ASKED_IN_ODOO & set(found) for _, _, found in proposals):
        question = {"external_id": f"quayside_question_{uuid4().hex}"} | chatter.question(
            order, answer.by, proposals
        )
    note = (
        chatter.agreed_note(order, agreed, by=answer.by, at=answer.at, comment=answer.comment, again=again)
        if agreed
        else ""
    )
    reference = order.supplier_reference if order.supplier_reference != former_reference else ""
    key = f"round-{answer.round}"
    summary, to_change = OrderSummary(order.summary), _to_change(asking)
    return _letter(
        order, _Outcome(key, note, agreed, question, summary, to_change, reference, former_reference)
    )


def enqueue_decision(
    order: PurchaseOrder,
    *,
    key: str,
    by: User,
    at: datetime,
    agreed: Agreed,
    refused: Sequence[Asked],
    summary: OrderSummary,
    asking: Asking,
) -> None:
    """After the buyer's approval: what was agreed, what of it a person enters, which lines will not come."""
    note = chatter.approved_note(order, agreed, refused, by=by, at=at)
    _enqueue(order, _Outcome(f"decision-{key}", note, agreed, None, summary, _to_change(asking)))
    enqueue_over([asking])


def enqueue_withdrawal(
    order: PurchaseOrder, lines: Sequence[Asked], *, key: str, by: User, at: datetime, summary: OrderSummary
) -> None:
    """After the supplier took proposals back that Odoo's users were asked to decide on."""
    note = chatter.withdrawn_note(order, lines, by=by, at=at)
    _enqueue(order, _Outcome(f"withdrawal-{key}", note, [], None, summary))


def enqueue_again(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine], *, key: str) -> None:
    """Send what was agreed once more, where a comparison found that Odoo does not hold it.

    The same *key* twice is one message; the note about who agreed was for the first time.
    """
    agreed = [
        (line, [Part(line.asked_quantity, line.asked_on or line.promised_on, line.asked_price)])
        for line in lines
    ]
    _enqueue(order, _Outcome(key, "", agreed, None, OrderSummary(order.summary)))


def enqueue_settled(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine]) -> None:
    """Odoo's lines hold the product and unit that were agreed: bring what else was agreed about *lines*.

    What waited for that follows as well: the acknowledgement, and the confirmation of a request.
    """
    agreed = [(line, [Part(line.asked_quantity, line.asked_on, line.asked_price)]) for line in lines]
    key = f"settled-{order.revision}"
    _enqueue(order, _Outcome(key, "", agreed, None, OrderSummary(order.summary)))


def enqueue_over(rounds: Iterable[Asking]) -> None:
    """Close the activities of which something else was agreed since."""
    push_change_over.enqueue_all(
        [
            letter_of_over(one.order, activity, f"Something else was agreed with {one.order.supplier} since.")
            for one in rounds
            for activity in one.over
        ]
    )


def letter_of_over(order: PurchaseOrder, activity: str, words: str) -> Letter:
    """Return what to enqueue when nothing waits any more for what an activity asked; *words* say why."""
    return Letter(
        key=f"{order.pk}:{activity}",
        document=order.document,
        destination=f"odoo:{order.company.connection_id}",
        payload={"order": order.pk, "activity": activity, "words": words},
    )


def _to_change(asking: Asking) -> dict[str, Any] | None:
    if not (lines := asking.to_change):
        return None
    return {"external_id": asking.activity} | chatter.to_change(asking.order, lines)


def _enqueue(order: PurchaseOrder, outcome: _Outcome) -> None:
    push_agreement.enqueue_all([_letter(order, outcome)])


def _letter(order: PurchaseOrder, outcome: _Outcome) -> Letter:
    connection = order.company.connection
    complete = outcome.summary in {OrderSummary.AGREED, OrderSummary.REFUSED}
    return Letter(
        key=f"{order.pk}:{outcome.key}",
        document=order.document,
        destination=f"odoo:{connection.pk}",
        correlation_id=current_correlation_id(),
        payload={
            "order": order.pk,
            "revision": order.revision,
            "lines": [
                _payload_line(line, written)
                for line, parts in outcome.agreed
                if (written := written_parts(parts))
            ],
            "note": {"external_id": f"quayside_note_{uuid4().hex}", "body": outcome.note}
            if outcome.note
            else None,
            "question": outcome.question,
            "to_change": outcome.to_change,
            "supplier_reference": outcome.reference,
            "former_reference": outcome.former_reference,
            "acknowledge": complete,
            "confirm_rfq": complete
            and order.state == OrderState.QUOTED
            and outcome.summary == OrderSummary.AGREED
            and connection.confirms_rfqs,
        },
    )


def _payload_line(line: PurchaseOrderLine, parts: Sequence[Part]) -> dict[str, Any]:
    """Return what Odoo's line is to hold; *parts* are in its own product and unit."""
    settled = settle(parts)
    return {
        "line": line.pk,
        "quantity": str(settled.quantity),
        "unit_price": str(settled.unit_price),
        "on": settled.delivery_on.isoformat() if settled.delivery_on else None,
    }


@delivery("purchase_order.agreement", queue="critical")
def push_agreement(message: OutboxMessage) -> dict[str, Any]:
    """Tell Odoo what one round agreed. Each step looks before it writes, so all of it may run again."""
    payload = message.payload
    (order,), lines = ask_together(_order.question(payload["order"]), _lines.question(payload["order"]))
    if not order.is_open:
        state = OrderState(order.state).label.lower()
        raise Overtaken(f"Order {order.number} is {state} in Odoo, so nothing was written.")
    gateway = gateway_for(order.company.connection)
    zone = ZoneInfo(order.company.time_zone)
    agreed = still_agreed(lines, payload, zone)
    if payload["lines"] and not agreed:
        raise Overtaken("Every line was changed in Odoo after this was agreed; the supplier was asked again.")
    # While a line waits for another product or unit, Odoo's order is not what was agreed.
    awaits = any(line.awaited_change for line in lines)
    is_complete = not awaits and not _is_asked_again(lines, payload)
    receipt_at = first_arrival(lines, agreed)
    visit = gateway.visit(order.odoo_id, first=message.is_first_attempt)
    confirms = payload["confirm_rfq"] and is_complete
    earlier = agreed_before(lines, zone, but=_brought(message)) if confirms else []
    if agreed or earlier:
        # Before anything is confirmed: this finds what the buyer has changed meanwhile.
        visit.write_agreement([*earlier, *agreed.values()], receipt_at=receipt_at)
        mirror(lines, agreed, zone, at=gateway.clock())
    if confirms:
        visit.confirm_rfq()
        if agreed:
            # Only now is there a receipt whose date can be moved.
            visit.write_agreement(agreed.values(), receipt_at=receipt_at)
    if payload["acknowledge"] and is_complete:
        visit.acknowledge()
    _tell(visit, payload)
    return {"lines": len(agreed)}


@delivery("purchase_order.change_over", queue="critical")
def push_change_over(message: OutboxMessage) -> None:
    """Mark the activity as done that had asked for a change; in Odoo a person may have done so already."""
    (order,) = _order(message.payload["order"])
    visit = gateway_for(order.company.connection).visit(order.odoo_id)
    visit.close_question(message.payload["activity"], words=message.payload["words"])


@prepared
def _order(pk: int) -> QuerySet[PurchaseOrder]:
    return PurchaseOrder.objects.select_related("company__connection").filter(pk=pk)


@prepared
def _lines(order_id: int) -> QuerySet[PurchaseOrderLine]:
    return PurchaseOrderLine.objects.filter(order=order_id).order_by("pk")


def _brought(message: OutboxMessage) -> set[int]:
    """Return the lines that this message or a later one of the order brings."""
    brought = OutboxMessage.objects.filter(
        document=message.document, topic=push_agreement.topic, pk__gte=message.pk
    )
    return {row["line"] for rows in brought.values_list("payload__lines", flat=True) for row in rows}


def _is_asked_again(lines: Lines, payload: dict[str, Any]) -> bool:
    """Whether the buyer has changed lines since: the supplier's next answer confirms and acknowledges."""
    return any(
        line.asked_in_revision > payload["revision"] and line.state != LineState.CANCELLED for line in lines
    )


def _tell(visit: Visit, payload: dict[str, Any]) -> None:
    if payload["supplier_reference"]:
        former = payload["former_reference"]
        visit.note_supplier_reference(payload["supplier_reference"], former=former)
    if payload["note"]:
        visit.post_note(Note(payload["note"]["external_id"], payload["note"]["body"]))
    # Messages from before there was such a thing carry no change.
    for question in (payload["question"], payload.get("to_change")):
        if question:
            visit.ask_buyer(Question(**question))


def resume_after_change(orders: Iterable[PurchaseOrder], *, now: datetime) -> None:
    """The feed has read what stood in the way: parked agreements go on without the lines in conflict."""
    documents = [order.document for order in orders]
    parked = OutboxMessage.objects.filter(document__in=documents, status=Status.PARKED)
    conflicts = parked.filter(fault_class=FaultClass.CONFLICT).values_list("pk", flat=True)
    if conflicts:
        retry(list(conflicts), by_name="The change feed", now=now)
