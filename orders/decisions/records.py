"""The numbers of proposals and decisions as they are read from the database. Frozen."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple


class OpenProposal(NamedTuple):
    """The numbers of one proposal that waits; the names are those of the columns read."""

    pk: int
    supplier_id: int
    supplier__name: str
    company_id: int
    answer__order_id: int
    answer__order__currency: str
    answer__order__buyer_name: str
    deviations: list[str]
    asked_quantity: Decimal
    asked_price: Decimal
    asked_on: date | None
    line__discount: Decimal
    coming: Decimal  # the quantity that will come
    late: Decimal  # so much of it after the day it is needed
    value: Decimal  # what it costs, before discount
    last_on: date | None
    foreign: Decimal  # so much of another product
    in_other_unit: int  # 1 where quantities and prices are in another unit than the order's


class PastDecision(NamedTuple):
    """One proposal that a buyer has decided on; the names are those of the columns read."""

    pk: int
    company_id: int
    supplier_id: int
    deviations: list[str]
    state: str
    decided_at: datetime
    decided_by_id: int
    asked_quantity: Decimal
    asked_price: Decimal
    asked_on: date | None


# Whose proposals of what kind: company, supplier, and what deviates.
Kind = tuple[int, int, tuple[str, ...]]


def kind_of(row: OpenProposal | PastDecision) -> Kind:
    """Return whose proposal of what kind it is."""
    return row.company_id, row.supplier_id, tuple(row.deviations)
