"""What suppliers answered in the past, one short row for each line that deviated."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Max, Min, Q, Sum

from orders.purchasing.lifecycle import Side
from orders.purchasing.models import LineAnswer
from suppliers.people.models import BuyerCompany, User
from suppliers.policies.terms import Matter

# How answers name what deviates, for each matter of a policy.
DEVIATIONS: dict[Matter, tuple[str, ...]] = {
    Matter.QUANTITY: ("quantity",),
    Matter.PRICE: ("price",),
    Matter.DATE: ("date", "split"),
    Matter.SPLIT: ("split",),
    Matter.REJECTION: ("rejected",),
    Matter.SUBSTITUTE: ("product",),
    Matter.UNIT: ("unit",),
}


class PastAnswer(NamedTuple):
    """What was asked of a line, what was answered, and what became of it. Dates are the company's."""

    supplier_id: int
    product_odoo_id: int | None
    product_code: str
    category_path: str
    currency: str
    deviations: list[str]
    asked_quantity: Decimal
    asked_price: Decimal
    asked_on: date | None
    quantity: Decimal | None  # None: nothing was to come
    price: Decimal | None
    first_on: date | None
    last_on: date | None
    deliveries: int
    state: str
    decided_by_id: int | None


_COMES = Q(schedule__delivery_on__isnull=False)


def past_answers(
    company: BuyerCompany, user: User, *, since: datetime, matter: Matter, supplier_id: int | None = None
) -> Iterator[PastAnswer]:
    """Read the suppliers' answers since a moment that deviated in a matter: one query, read in portions."""
    answers = LineAnswer.objects.visible_to(user).filter(
        company=company,
        answer__side=Side.SUPPLIER,
        answer__at__gte=since,
        deviations__overlap=list(DEVIATIONS[matter]),
    )
    if supplier_id is not None:
        answers = answers.filter(supplier=supplier_id)
    rows: Iterable[tuple] = (
        answers.order_by()
        .values_list("pk")
        .annotate(
            comes=Sum("schedule__quantity", filter=_COMES),
            price=Max("schedule__unit_price"),
            first_on=Min("schedule__delivery_on"),
            last_on=Max("schedule__delivery_on"),
            deliveries=Count("schedule", filter=_COMES),
        )
        .values_list(
            "supplier_id",
            "line__product_odoo_id",
            "line__product_code",
            "line__category_path",
            "answer__order__currency",
            "deviations",
            "asked_quantity",
            "asked_price",
            "asked_on",
            "comes",
            "price",
            "first_on",
            "last_on",
            "deliveries",
            "state",
            "decided_by_id",
        )
    )
    return map(PastAnswer._make, rows)
