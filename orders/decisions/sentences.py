"""The effect of a proposal, and of similar decisions before it, in plain words. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from orders.decisions.effects import Delay, Effect
from orders.purchasing.rules import Part
from orders.purchasing.wording import product_text
from suppliers.formats import money, quantity

_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Terms:
    """In what an order is counted: the line's quantity and unit, the order's currency and value."""

    quantity: Decimal
    unit: str
    currency: str
    order_value: Decimal = Decimal(0)  # without tax


def effect_sentences(effect: Effect, deliveries: Sequence[Delay], terms: Terms) -> list[str]:
    """Say what approving does: to what comes, to when it comes, to its price and to the order's value."""
    share = effect.money * 100 / terms.order_value if terms.order_value else None
    said = [
        _goods(effect, terms),
        _days(effect, deliveries),
        _price(effect),
        value_sentence(effect.money, terms.currency, share),
    ]
    return [sentence for sentence in said if sentence]


def foreign_sentences(parts: Iterable[Part], ordered: str, unit: str) -> list[str]:
    """Say what comes instead of what was ordered: another product, or another unit.

    *ordered* is the ordered product's code, *unit* the ordered unit.
    """
    parts = list(parts)
    products = {product_text(part): None for part in parts}
    units = {part.unit: None for part in parts}
    said = [f"offers {name} instead of {ordered or 'what was ordered'}" for name in products if name]
    said += [f"comes in {name} instead of {unit}" for name in units if name]
    return [*said, "you then change the order in Odoo"] if said else []


def value_sentence(amount: Decimal, currency: str, share: Decimal | None = None) -> str:
    """Say how the value of an order changes: "raises the order by 38.40 EUR (+2.1 %)"; empty for nothing."""
    if not amount:
        return ""
    verb = "raises" if amount > 0 else "lowers"
    return f"{verb} the order by {money(abs(amount), currency)} {currency}{_in_brackets(share)}"


def percent(share: Decimal) -> str:
    """Write a percentage with its sign, to a tenth: "+2.1 %"; what rounds to nothing is "under 0.1 %"."""
    rounded = share.quantize(_TENTH, ROUND_HALF_UP).normalize()
    if not rounded:
        return "under 0.1 %"
    return f"{'+' if rounded > 0 else '−'}{abs(rounded):f} %"


def days(count: int) -> str:
    """Count days: "1 day", "9 days"."""
    return f"{count} day" + ("" if count == 1 else "s")


def joined(parts: Iterable[str]) -> str:
    """Make one sentence of several: a capital first, full stop last."""
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _in_brackets(share: Decimal | None) -> str:
    return f" ({percent(share)})" if share is not None else ""


def _price(effect: Effect) -> str:
    if not effect.price_share:
        return ""
    share = abs(effect.price_share).quantize(_TENTH, ROUND_HALF_UP).normalize()
    how = "dearer" if effect.price_share > 0 else "cheaper"
    return f"{share:f} % {how}" if share else f"under 0.1 % {how}"


def _goods(effect: Effect, terms: Terms) -> str:
    ordered = f"{quantity(terms.quantity)} {terms.unit}"
    if effect.never:
        return f"none of the {ordered} come" if effect.never == terms.quantity else _never(effect, terms)
    return f"{quantity(effect.extra)} more come than the {ordered} ordered" if effect.extra else ""


def _never(effect: Effect, terms: Terms) -> str:
    verb = "comes" if effect.never == 1 else "come"
    return f"{quantity(effect.never)} of {quantity(terms.quantity)} never {verb}"


def _days(effect: Effect, deliveries: Sequence[Delay]) -> str:
    if not deliveries:
        return ""
    first, last = deliveries[0], deliveries[-1]
    if len(deliveries) == 1:
        return f"arrives {_distance(last)}" if last.days else ""
    comes = f"comes in {len(deliveries)} deliveries"
    if not effect.late:
        return f"{comes}, all in time"
    coming = sum((one.quantity for one in deliveries), Decimal(0))
    if effect.late == coming:
        return f"{comes}, the first {days(first.days)} and the last {_distance(last)}"
    return f"{comes}: {quantity(coming - effect.late)} in time, the last {_distance(last)}"


def _distance(delay: Delay) -> str:
    """Say how far off a delivery is: "9 days after it is needed, 6 working days"."""
    side = "after it is needed" if delay.days > 0 else "before it is needed"
    said = f"{days(abs(delay.days))} {side}"
    count = delay.working_days
    if count == abs(delay.days):
        return said
    return f"{said}, {count or 'no'} working day{'' if count == 1 else 's'}"
