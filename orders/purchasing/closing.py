"""Proposals that nobody has to decide on any more, because everything has arrived, close by themselves."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from orders.purchasing import mail
from orders.purchasing.lifecycle import AnswerState, LineState, Side
from orders.purchasing.models import LineAnswer, PurchaseOrder, PurchaseOrderLine
from orders.purchasing.positions import label_of
from orders.purchasing.revisions import is_complete
from orders.purchasing.saving import save_together
from orders.purchasing.wording import plural
from suppliers.journal.actions import Happening, note
from suppliers.journal.models import Channel

REASON = "Everything has arrived, so there is no date left to agree on."
# What is only about when goods come; how many and at what price still matters once they are there.
_ABOUT_DATES = {"date", "split"}


@dataclass(frozen=True, slots=True)
class Closed:
    """An order of which proposals are over, and the lines they were about."""

    order: PurchaseOrder
    lines: Sequence[PurchaseOrderLine]


def close_arrived(
    changed: Iterable[tuple[PurchaseOrder, Sequence[PurchaseOrderLine]]], *, now: datetime
) -> list[Closed]:
    """Close proposals about dates of lines that have arrived in full: such a line is agreed as it stood.

    *changed* are orders that are held and brought up to date, with their lines, which the caller saves. Only
    where a line has arrived with a proposal open is anything read.
    """
    arrived = {
        line.pk: (order, line)
        for order, lines in changed
        for line in lines
        if order.is_open and line.state == LineState.PROPOSED and is_complete(line.received, line.quantity)
    }
    if not arrived:
        return []
    waiting = LineAnswer.objects.filter(
        line__in=list(arrived), state=AnswerState.PENDING, answer__side=Side.SUPPLIER
    )
    over = [answer for answer in waiting if set(answer.deviations) <= _ABOUT_DATES]
    found: dict[int, list[PurchaseOrderLine]] = defaultdict(list)
    for answer in over:
        order, line = arrived[answer.line_id]
        line.agree()
        answer.state, answer.decided_at, answer.decided_step = AnswerState.SUPERSEDED, now, order.steps
        answer.decision_reason = REASON
        found[order.pk].append(line)
    save_together(over, ["state", "decided_at", "decided_step", "decision_reason"])
    orders = {order.pk: order for order, _ in arrived.values()}
    return [Closed(orders[pk], lines) for pk, lines in found.items()]


def tell_of_closed(closed: Iterable[Closed], *, now: datetime) -> None:
    """Tell both sides, in the order's timeline and by mail. Nothing is written to Odoo."""
    for one in closed:
        of_order = PurchaseOrderLine.objects.filter(order=one.order).order_by("sequence", "pk")
        places = {pk: place for place, pk in enumerate(of_order.values_list("pk", flat=True), start=1)}
        changes = tuple(
            {"what": label_of(line, places[line.pk]), "old": "date proposed", "new": "arrived in full"}
            for line in one.lines
        )
        sentence = f"{plural(len(one.lines), 'proposal')} closed: {REASON[0].lower()}{REASON[1:]}"
        happening = Happening("order.arrived", sentence, changes)
        note(one.order, happening, by=None, at=now, channel=Channel.SYSTEM, actor_name="Quayside")
        key = f"arrived-{one.order.steps}"
        mail.tell_of_arrival(one.order, changes, at=now, key=key, reason=REASON)
