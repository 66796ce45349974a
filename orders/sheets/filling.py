"""What a sheet shows of each line, and which cells stay locked, read for many lines at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from orders.bulk.rules import whole
from orders.purchasing.badges import line_badge
from orders.purchasing.lifecycle import LineState, OrderState, Side
from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from orders.purchasing.other_goods import OtherGoods
from orders.purchasing.positions import asked_by_order
from orders.purchasing.rules import Asked
from orders.purchasing.wording import product_text
from orders.sheets.cells import Value
from orders.sheets.goods import cells_of
from orders.sheets.rules import seen_mark
from suppliers.people.models import User
from suppliers.policies.lookup import rulebooks

# What may be answered; the cells of other lines stay locked.
_ANSWERABLE = frozenset(LineState.answerable())


@dataclass(frozen=True, slots=True)
class Shown:
    """A line as a sheet shows it."""

    line_id: int
    values: dict[str, Value]
    may_be_answered: bool
    # Cells that a policy of the customer's keeps from being filled in; ``locked`` of the values says why.
    locked: frozenset[str] = frozenset()


def shown_lines(user: User, line_ids: Iterable[int], *, at: datetime) -> dict[int, Shown]:
    """Return lines of the user's own suppliers as sheets show them, by id: a fixed number of queries."""
    wanted = list(line_ids)
    mine = PurchaseOrderLine.objects.visible_to(user).filter(pk__in=wanted)
    orders = {
        order.pk: order
        for order in PurchaseOrder.objects.visible_to(user)
        .filter(pk__in=mine.order_by().values("order_id"), supplier_id__in=sorted(user.supplier_ids))
        .select_related("company")
    }
    lines = list(
        PurchaseOrderLine.objects.visible_to(user)
        .filter(order__in=list(orders))
        .order_by("order_id", "sequence", "pk")
    )
    asked = asked_by_order(lines)
    positions = {pk: place for found in asked.values() for place, pk in enumerate(found, start=1)}
    chosen = set(wanted)
    policies = _policies(orders.values(), at)
    return {
        line.pk: _shown(
            orders[line.order_id],
            line,
            asked[line.order_id][line.pk],
            positions[line.pk],
            policies[line.company_id, line.supplier_id],
        )
        for line in lines
        if line.pk in chosen
    }


def _policies(orders: Iterable[PurchaseOrder], at: datetime) -> dict[tuple[int, int], OtherGoods]:
    """Return what holds about other products and units, by company and supplier."""
    books = rulebooks(((order.company, order.supplier_id) for order in orders), at=at)
    return {pair: OtherGoods.of(book.rules) for pair, book in books.items()}


def asked_values(asked: Asked) -> dict[str, Value]:
    """Return what is asked of a line, under the names of the columns that show it."""
    want = whole(asked.parts)
    return {
        "asked_quantity": want.quantity,
        "asked_on": want.delivery_on,
        "asked_price": want.unit_price,
    }


def lines_of_order(user: User, order_id: int) -> Sequence[int]:
    """Return the ids of an order's lines, as people count them."""
    lines = PurchaseOrderLine.objects.visible_to(user).filter(order=order_id)
    return list(lines.order_by("sequence", "pk").values_list("pk", flat=True))


def product_asked(line: PurchaseOrderLine, asked: Asked) -> str:
    """Name the product that is asked for, and the ordered one where another was agreed or proposed."""
    others = list(dict.fromkeys(product_text(part) for part in asked.parts if part.has_other_product))
    if not others:
        return line.product_code
    word = "instead of" if all(part.has_other_product for part in asked.parts) else "beside"
    return f"{' and '.join(others)} {word} {line.product_code or 'what was ordered'}"


def _shown(
    order: PurchaseOrder, line: PurchaseOrderLine, asked: Asked, position: int, policies: OtherGoods
) -> Shown:
    refused = policies.refusals(asked.goods)
    return Shown(
        line.pk,
        {
            "order": order.number,
            "customer": order.company.name,
            "line": Decimal(position),
            "product": product_asked(line, asked),
            "description": line.description,
            "state": line_badge(
                line.state, Side.SUPPLIER, awaits_change=line.awaited_change is not None
            ).words,
            "unit": asked.parts[0].unit or line.unit,
            "currency": order.currency,
            **asked_values(asked),
            "key": Decimal(line.pk),
            "revision": Decimal(order.revision),
            "seen": seen_mark(asked),
            "locked": ". ".join(refused.values()) or None,
        },
        may_be_answered=order.state in OrderState.open() and line.state in _ANSWERABLE,
        locked=cells_of(refused),
    )
