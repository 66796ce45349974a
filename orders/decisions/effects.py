"""What a proposal comes to: in money, in days, in goods that never come. Pure; Decimal and dates only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from orders.purchasing.rules import Part, value_of
from suppliers.policies.records import Workdays
from suppliers.policies.rules import days_between

_HUNDRED = Decimal(100)
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a line asked for when the supplier answered."""

    quantity: Decimal
    unit_price: Decimal
    needed_on: date | None  # in the ship-to zone
    discount: Decimal = _ZERO  # percent


@dataclass(frozen=True, slots=True)
class Answered:
    """What the parts of an answer add up to."""

    coming: Decimal = _ZERO  # the quantity that will come
    late: Decimal = _ZERO  # so much of it after the day it is needed
    value: Decimal = _ZERO  # what it costs, before discount
    last_on: date | None = None  # the last delivery
    foreign: Decimal = _ZERO  # so much of another product
    in_other_unit: bool = False  # quantities and prices are in another unit than the order's


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of a line when its proposal is approved. Money is in the order's currency."""

    money: Decimal  # by so much the order's value without tax rises
    price_share: Decimal | None  # by so much the price per unit rises, in percent
    never: Decimal  # so much of what was asked for does not come
    extra: Decimal  # so much more comes than was asked for
    late: Decimal  # so much comes after the day it is needed
    days_late: int  # how long after the need the last of it comes
    at_stake: Decimal  # what comes late, never, unasked for or otherwise is worth, and what prices change


@dataclass(frozen=True, slots=True)
class Delay:
    """How far a delivery lies from the day the goods are needed; negative days are early."""

    quantity: Decimal
    days: int
    working_days: int


def add_up(parts: Sequence[Part], needed_on: date | None) -> Answered:
    """Add up the parts of an answer."""
    coming = [part for part in parts if part.delivery_on is not None]
    days = [part.delivery_on for part in coming if part.delivery_on is not None]
    late = (
        part.quantity for part in coming if part.delivery_on and needed_on and part.delivery_on > needed_on
    )
    return Answered(
        coming=sum((part.quantity for part in coming), _ZERO),
        late=sum(late, _ZERO),
        value=value_of(coming),
        last_on=max(days, default=None),
        foreign=sum((part.quantity for part in coming if part.has_other_product), _ZERO),
        in_other_unit=any(part.unit for part in coming),
    )


def effect_of(asked: Asked, answered: Answered) -> Effect:
    """Weigh what an answer adds up to against what was asked for."""
    net = 1 - asked.discount / _HUNDRED
    wanted = asked.quantity * asked.unit_price
    days_late = 0
    if answered.late and answered.last_on and asked.needed_on:
        days_late = (answered.last_on - asked.needed_on).days
    if answered.in_other_unit:
        # Quantities of different units say nothing about each other: all of the line is in question.
        late = asked.quantity if answered.late else _ZERO
        money = net * (answered.value - wanted)
        return Effect(money, None, _ZERO, _ZERO, late, days_late, net * wanted + abs(money))
    at_old_price = answered.coming * asked.unit_price
    never = max(asked.quantity - answered.coming, _ZERO)
    extra = max(answered.coming - asked.quantity, _ZERO)
    dearer = answered.value - at_old_price
    in_question = max(answered.late, answered.foreign) + never + extra
    return Effect(
        money=net * (answered.value - wanted),
        price_share=dearer * _HUNDRED / at_old_price if at_old_price else None,
        never=never,
        extra=extra,
        late=answered.late,
        days_late=days_late,
        at_stake=net * (in_question * asked.unit_price + abs(dearer)),
    )


def delays(parts: Sequence[Part], needed_on: date | None, workdays: Workdays | None) -> list[Delay]:
    """Return how far each delivery lies from the need, first to last; none where no day was asked for.

    *workdays* are the buyer company's; without them every day is a working day.
    """
    found = []
    for part in parts:
        if part.delivery_on is None or needed_on is None:
            continue
        working, _ = days_between(needed_on, part.delivery_on, workdays)
        found.append(Delay(part.quantity, (part.delivery_on - needed_on).days, working))
    return sorted(found, key=lambda one: one.days)
