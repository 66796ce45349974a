"""Who is written to when something happens to an order, and what the mail is given to say."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from orders.purchasing.chatter import url_of
from orders.purchasing.models import Answer, PurchaseOrder, PurchaseOrderLine
from orders.purchasing.rules import Asked, Part
from orders.purchasing.wording import changes_of, date_text, first_line, price_text, quantity_text
from suppliers.notices.actions import notify
from suppliers.people.access import DECIDE_PROPOSALS
from suppliers.people.models import Membership, User

# Mails list this many lines; the page has all of them.
_MOST_LINES = 25


def tell_supplier_of_new_order(
    order: PurchaseOrder, lines: Sequence[PurchaseOrderLine], *, at: datetime
) -> None:
    """A new order waits for the supplier's answer."""
    context = order_facts(order) | {
        "lines": [_line(line) for line in lines[:_MOST_LINES]],
        "line_count": len(lines),
    }
    notify(
        order,
        event="order_new",
        to=_sales_contacts(order),
        context=context,
        at=at,
        key=f"order-{order.pk}-new",
    )


def tell_supplier_of_change(order: PurchaseOrder, changes: Sequence[dict[str, Any]], *, at: datetime) -> None:
    """The buyer changed the order in Odoo."""
    context = order_facts(order) | {"changes": list(changes[:_MOST_LINES]), "revision": order.revision}
    key = f"order-{order.pk}-revision-{order.revision}"
    notify(order, event="order_changed", to=_sales_contacts(order), context=context, at=at, key=key)


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
    context = order_facts(order) | {
        "decision": decision,
        "changes": _mail_changes(changes),
        "by": str(by),
        "reason": reason,
    }
    notify(
        order,
        event="order_decided",
        to=_sales_contacts(order),
        context=context,
        at=at,
        key=f"order-{order.pk}-{key}",
        asks=decision == "declined",
    )


def tell_supplier_of_counter(order: PurchaseOrder, answer: Answer, changes: Sequence[dict[str, str]]) -> None:
    """The buyer answered a proposal with other values."""
    context = order_facts(order) | {
        "changes": _mail_changes(changes),
        "by": str(answer.by),
        "reason": answer.comment,
    }
    key = f"order-{order.pk}-round-{answer.round}"
    notify(order, event="order_countered", to=_sales_contacts(order), context=context, at=answer.at, key=key)


def tell_buyers_of_proposal(
    order: PurchaseOrder, answer: Answer, proposals: Sequence[tuple[Asked, Sequence[Part], Sequence[str]]]
) -> None:
    """The supplier deviates: those who may decide are told."""
    context = order_facts(order) | {
        "changes": _mail_changes(changes_of(proposals)),
        "by": str(answer.by),
        "reason": answer.comment,
    }
    members = Membership.objects.filter(
        company_id=order.company_id, role__in=DECIDE_PROPOSALS, user__is_active=True
    )
    to = [member.user for member in members.select_related("user").order_by("pk")]
    key = f"order-{order.pk}-round-{answer.round}"
    notify(order, event="order_proposed", to=to, context=context, at=answer.at, key=key)


def _sales_contacts(order: PurchaseOrder) -> Iterable[User]:
    members = Membership.objects.answering_orders_of(order.supplier_id).select_related("user").order_by("pk")
    return [member.user for member in members]


def order_facts(order: PurchaseOrder) -> dict[str, Any]:
    """Return what every mail about an order says of it."""
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
