"""What of an answer deviates from the buyer's own word, in the measures that policies weigh. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from orders.purchasing.rules import Asked, Part, Settled, settle
from suppliers.policies.records import Measure
from suppliers.policies.terms import Matter


def measures_of(asked: Asked, parts: Sequence[Part], found: Sequence[str], *, currency: str) -> list[Measure]:
    """Return a measure for each of the deviations *found* (see rules.deviations).

    They are measured from what the buyer asked for or agreed to in person, not from what passed by itself
    since: small steps must not add up to a large one.
    """
    want, have = buyers_word(asked), settle(parts)
    measures: list[Measure] = []
    if "rejected" in found:
        measures.append(
            Measure(Matter.REJECTION, want.quantity, have.quantity, asked.unit, _rejected_place(parts))
        )
    elif "quantity" in found:
        measures.append(
            Measure(Matter.QUANTITY, want.quantity, have.quantity, asked.unit, _place(parts, "quantity"))
        )
    if "price" in found and want.unit_price is not None and have.unit_price is not None:
        place = _place(parts, "unit_price")
        measures.append(Measure(Matter.PRICE, want.unit_price, have.unit_price, currency, place))
    if "split" in found:
        before = max(1, len([part for part in asked.parts if part.is_delivered]))
        count = len([part for part in parts if part.is_delivered])
        measures.append(Measure(Matter.SPLIT, Decimal(before), Decimal(count)))
    if {"date", "split"} & set(found):
        measures += _dates(asked, parts, want)
    if "product" in found:
        number, other = _other(asked, parts, "product")
        was, place = _product(asked, asked.parts[0]), f"parts.{number}.product_code"
        measures.append(Measure(Matter.SUBSTITUTE, was, _product(asked, other), "", place))
    if "unit" in found:
        number, other = _other(asked, parts, "unit")
        was = asked.parts[0].unit or asked.unit
        measures.append(Measure(Matter.UNIT, was, other.unit or asked.unit, "", f"parts.{number}.unit"))
    return measures


def buyers_word(asked: Asked) -> Settled:
    """Return what the buyer last asked for or agreed to in person."""
    want = settle(asked.parts)
    if want.delivery_on is None:
        # No date was asked for: quantity and price are asked for all the same.
        parts = [replace(part, delivery_on=date.max) for part in asked.parts]
        want = replace(settle(parts), delivery_on=None)
    if asked.buyer is None:
        return want
    return replace(asked.buyer, delivery_on=asked.buyer.delivery_on or want.delivery_on)


def _dates(asked: Asked, parts: Sequence[Part], want: Settled) -> list[Measure]:
    """Hold the first delivery against the first asked for, and the last if it is later than any of them."""
    days = [(part.delivery_on, number) for number, part in enumerate(parts) if part.delivery_on is not None]
    if want.delivery_on is None or not days:
        return []
    (first, number), (last, last_number) = min(days), max(days)
    last_asked = max((part.delivery_on for part in asked.parts if part.delivery_on), default=want.delivery_on)
    found = []
    if first != want.delivery_on:
        found.append(Measure(Matter.DATE, want.delivery_on, first, "", f"parts.{number}.delivery_on"))
    if last != first and last > max(last_asked, want.delivery_on):
        found.append(
            Measure(
                Matter.DATE,
                max(last_asked, want.delivery_on),
                last,
                "",
                f"parts.{last_number}.delivery_on",
            )
        )
    return found


def _other(asked: Asked, parts: Sequence[Part], name: str) -> tuple[int, Part]:
    """Return the first part whose product or unit was not asked for, and its place."""
    known = {getattr(part, name) for part in asked.parts}
    coming = [(number, part) for number, part in enumerate(parts) if part.is_delivered]
    return next((one for one in coming if getattr(one[1], name) not in known), coming[0])


def _product(asked: Asked, part: Part) -> str:
    ordered = asked.goods.product_code if asked.goods else ""
    return part.product_code or part.product_name or ordered or "as ordered"


def _place(parts: Sequence[Part], name: str) -> str:
    """Where a value of the whole line stands: in its one delivery, or nowhere in particular."""
    return f"parts.0.{name}" if len(parts) == 1 else ""


def _rejected_place(parts: Sequence[Part]) -> str:
    return "" if len(parts) == 1 else f"parts.{[part.is_delivered for part in parts].index(False)}.quantity"
