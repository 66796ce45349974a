"""Who is written to when something happens to an order, and what the mail is given to say."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings

from orders.purchasing.chatter import url_of
from orders.purchasing.coming_due import ComingDue
from orders.purchasing.lifecycle import LineState
from orders.purchasing.models import Answer, PurchaseOrder, PurchaseOrderLine
from orders.purchasing.private_links import private_link_to
from orders.purchasing.rules import Asked, Part
from orders.purchasing.wording import changes_of, date_text, first_line, price_text, quantity_text
from suppliers.notices.actions import notify, notify_address
from suppliers.people.access import DECIDE_PROPOSALS
from suppliers.people.models import Invitation, Membership, User

Proposals = Sequence[tuple[Asked, Sequence[Part], Sequence[str]]]

# Mails list this many lines; the page has all of them.
_MOST_LINES = 25


def tell_supplier_of_new_order(
    order: PurchaseOrder, lines: Sequence[PurchaseOrderLine], *, at: datetime
) -> None:
    """A new order waits for the supplier's answer."""
    _tell_contacts(order, "order_new", line_facts(lines), at=at, key="new")
    _tell_invited(order, "order_new", line_facts(lines), at=at, key="new")


def tell_supplier_of_change(order: PurchaseOrder, changes: Sequence[dict[str, Any]], *, at: datetime) -> None:
    """The buyer changed the order in Odoo."""
    told = {
        "changes": list(changes[:_MOST_LINES]),
        "revision": order.revision,
        # Whoever has not been told of the order yet is told of it as it is now, not of what changed.
        "all_lines": partial(_current_lines, order),
    }
    _tell_contacts(order, "order_changed", told, at=at, key=f"revision-{order.revision}")
    _tell_invited(order, "order_changed", told, at=at, key=f"revision-{order.revision}")


def tell_supplier_to_confirm_again(order: PurchaseOrder, due: Sequence[ComingDue], *, at: datetime) -> None:
    """These deliveries are near: does what was agreed still hold? One mail, whatever their number."""
    rows = [row for one in due for row in _agreed_deliveries(one)]
    what = ("delivery", "deliveries") if any(one.is_split for one in due) else ("line", "lines")
    told = {"lines": rows[:_MOST_LINES], "line_count": len(rows), "one": what[0], "several": what[1]}
    key = f"again-{at:%Y%m%d%H%M%S}"
    _tell_contacts(order, "order_reconfirm", told, at=at, key=key)
    _tell_invited(order, "order_reconfirm", told, at=at, key=key)


def tell_supplier_of_decision(
    order: PurchaseOrder,
    decision: str,
    changes: Sequence[dict[str, str]],
    *,
    by: User,
    at: datetime,
    key: str,
    reason: str = "",
) -> None:
    """The buyer approved or declined what the supplier proposed."""
    told = {"decision": decision, "changes": _mail_changes(changes), "by": str(by), "reason": reason}
    _tell_contacts(order, "order_decided", told, at=at, key=key, asks=decision == "declined")


def tell_supplier_of_counter(order: PurchaseOrder, answer: Answer, changes: Sequence[dict[str, str]]) -> None:
    """The buyer answered a proposal with other values."""
    told = {"changes": _mail_changes(changes), "by": str(answer.by), "reason": answer.comment}
    _tell_contacts(order, "order_countered", told, at=answer.at, key=f"round-{answer.round}")


def tell_buyers_of_proposals(told: Sequence[tuple[PurchaseOrder, Answer, Proposals]]) -> None:
    """The supplier deviates: those who may decide are told of each order."""
    deciders = _deciders({order.company_id for order, _, _ in told}) if told else {}
    for order, answer, proposals in told:
        context = order_facts(order) | {
            "changes": _mail_changes(changes_of(proposals)),
            "by": str(answer.by),
            "reason": answer.comment,
            "decide_url": f"{settings.SITE_URL}/decide/?order={order.pk}",
        }
        to, key = deciders[order.company_id], f"order-{order.pk}-round-{answer.round}"
        notify(order, event="order_proposed", to=to, context=context, at=answer.at, key=key)


def tell_buyers_of_withdrawal(
    order: PurchaseOrder,
    changes: Sequence[dict[str, str]],
    *,
    by: User,
    at: datetime,
    key: str,
    reason: str = "",
) -> None:
    """The supplier took back what it had proposed: nothing is to be decided about it any more."""
    context = order_facts(order) | {"changes": _mail_changes(changes), "by": str(by), "reason": reason}
    to = _deciders({order.company_id})[order.company_id]
    notify(order, event="order_withdrawn", to=to, context=context, at=at, key=f"order-{order.pk}-{key}")


def tell_of_arrival(
    order: PurchaseOrder, changes: Sequence[dict[str, str]], *, at: datetime, key: str, reason: str
) -> None:
    """Proposed dates are over because everything has arrived: both sides are told."""
    told = {"changes": _mail_changes(changes), "by": "", "reason": reason}
    _tell_contacts(order, "order_decided", told | {"decision": "closed"}, at=at, key=key, asks=False)
    context = order_facts(order) | told
    to = _deciders({order.company_id})[order.company_id]
    notify(order, event="order_arrived", to=to, context=context, at=at, key=f"order-{order.pk}-{key}")


def order_facts(order: PurchaseOrder) -> dict[str, Any]:
    """Return what every mail about an order is given to say of it; it comes with supplier and company."""
    return {
        "order": {
            "number": order.number,
            "supplier": order.supplier.name,
            "company": order.company.name,
            "currency": order.currency,
            "amount_total": order.amount_total,
            "needed_on": order.needed_on,
            "url": url_of(order),
        }
    }


def line_facts(lines: Sequence[PurchaseOrderLine]) -> dict[str, Any]:
    """Return what a mail is given to list an order's lines, and how many there are."""
    return {"lines": [_line(line) for line in lines[:_MOST_LINES]], "line_count": len(lines)}


def _current_lines(order: PurchaseOrder) -> dict[str, Any]:
    lines = PurchaseOrderLine.objects.filter(order=order).exclude(state=LineState.CANCELLED)
    return line_facts(list(lines.order_by("sequence", "pk")))


def _tell_contacts(
    order: PurchaseOrder,
    event: str,
    told: dict[str, Any],
    *,
    at: datetime,
    key: str,
    asks: bool | None = None,
) -> None:
    """Write to those who answer for the supplier; each mail carries its reader's own way to the order."""
    notify(
        order,
        event=event,
        to=_sales_contacts(order),
        context=order_facts(order) | told,
        at=at,
        key=f"order-{order.pk}-{key}",
        private_link_for=private_link_to(order, at=at),
        asks=asks,
    )


def _tell_invited(order: PurchaseOrder, event: str, told: dict[str, Any], *, at: datetime, key: str) -> None:
    """Write to those who were invited to answer for the supplier and are not here yet, if there are links.

    Who has answered belongs to the supplier, so only news of the order itself reaches somebody invited.
    """
    make_link = private_link_to(order, at=at)
    if make_link is None:
        return
    for invitation in Invitation.objects.answering_orders_of(order, at=at).order_by("pk"):
        notify_address(
            order,
            event=event,
            email=invitation.email,
            context=order_facts(order) | told,
            at=at,
            key=f"order-{order.pk}-{key}",
            private_link=partial(make_link, invitation),
        )


def _sales_contacts(order: PurchaseOrder) -> Iterable[User]:
    members = Membership.objects.answering_orders_of(order.supplier_id).select_related("user").order_by("pk")
    return [member.user for member in members]


def _deciders(company_ids: Collection[int]) -> dict[int, list[User]]:
    """Return who may decide at each company."""
    members = Membership.objects.filter(
        company_id__in=company_ids, role__in=DECIDE_PROPOSALS, user__is_active=True
    )
    found: dict[int, list[User]] = defaultdict(list)
    for member in members.select_related("user").order_by("pk"):
        found[member.company_id or 0].append(member.user)
    return found


def _agreed_deliveries(due: ComingDue) -> list[dict[str, str]]:
    """What both sides hold, which is not always what the buyer asked for first."""
    return [
        _line(due.line)
        | {
            "quantity": quantity_text(part.quantity),
            "price": price_text(part.unit_price),
            "date": date_text(part.delivery_on),
        }
        for part in due.deliveries
    ]


def _line(line: PurchaseOrderLine) -> dict[str, str]:
    return {
        "label": " · ".join(part for part in (line.product_code, first_line(line.description)) if part),
        "quantity": quantity_text(line.quantity),
        "unit": line.unit,
        "price": price_text(line.unit_price),
        "date": date_text(line.requested_on),
    }


def _mail_changes(changes: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    return [
        {"label": change["what"], "field": "", "old": change["old"], "new": change["new"]}
        for change in changes[:_MOST_LINES]
    ]
