"""The rules of answering an order: what deviates, what is wrong, what may pass. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from orders.purchasing.lifecycle import LineState
from suppliers.refusal import Problem

QUANTITY_PLACES = 4
PRICE_PLACES = 6
_MOST = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a line's answer: this quantity on that day at that price, or, without a day, not at all."""

    quantity: Decimal
    delivery_on: date | None  # in the ship-to zone; None: this part is rejected
    unit_price: Decimal | None
    reason: str = ""

    @property
    def is_delivered(self) -> bool:
        """Whether this part will come."""
        return self.delivery_on is not None


@dataclass(frozen=True, slots=True)
class LineReply:
    """What somebody says about one line. One part equal to what was asked is an acceptance."""

    line_id: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the other side is asked to say yes to, for one line."""

    line_id: int
    label: str  # "line 3 (FST-100)"
    state: str
    unit: str
    received: Decimal
    asked_in_revision: int
    parts: tuple[Part, ...]

    @property
    def quantity(self) -> Decimal:
        """The quantity asked for, over all parts."""
        return sum((part.quantity for part in self.parts), Decimal(0))


@dataclass(frozen=True, slots=True)
class Settled:
    """What a line comes to when these parts are agreed; Odoo holds one date and one price per line."""

    quantity: Decimal
    unit_price: Decimal | None
    delivery_on: date | None  # the first delivery; None when nothing will come


def settle(parts: Iterable[Part]) -> Settled:
    """Add up the parts that will come: total quantity, first date, and the one price."""
    delivered = [part for part in parts if part.delivery_on is not None]
    if not delivered:
        return Settled(Decimal(0), None, None)
    return Settled(
        quantity=sum((part.quantity for part in delivered), Decimal(0)),
        unit_price=delivered[0].unit_price,
        delivery_on=min(part.delivery_on for part in delivered if part.delivery_on),
    )


def value_of(parts: Iterable[Part]) -> Decimal:
    """Return what the parts that will come are worth, before discount, in the order's currency."""
    return sum((part.quantity * part.unit_price for part in parts if part.unit_price is not None), Decimal(0))


def deviations(asked: Sequence[Part], answered: Sequence[Part]) -> list[str]:
    """Name what differs between what was asked and what was answered: rejected, split, date, quantity, price.

    The order of parts does not matter. A date where none was asked for does not deviate.
    """
    if all(not part.is_delivered for part in answered):
        return ["rejected"]
    asked = [
        part if part.delivery_on else replace(part, delivery_on=settle(answered).delivery_on)
        for part in asked
    ]
    if _comparable(asked) == _comparable(answered):
        return []
    found = []
    want, have = settle(asked), settle(answered)
    if any(not part.is_delivered for part in answered):
        found.append("rejected")
    if len([part for part in answered if part.is_delivered]) > 1:
        found.append("split")
    if want.delivery_on != have.delivery_on:
        found.append("date")
    if want.quantity != have.quantity:
        found.append("quantity")
    if want.unit_price != have.unit_price:
        found.append("price")
    return found


def passes_by_itself(found: Sequence[str]) -> bool:
    """Decide whether an answer with these deviations is agreed at once, or needs the buyer.

    This is the place where tolerance policies will decide; without a policy, every deviation needs the buyer.
    """
    return not found


def asks_for_the_past(asked: Asked, *, today: date) -> bool:
    """Whether a line asks for a day that has passed: nobody can confirm that, it needs a new date.

    *today* is the date in the ship-to zone.
    """
    return any(part.delivery_on is not None and part.delivery_on < today for part in asked.parts)


def check_replies(
    asked: Mapping[int, Asked], replies: Sequence[LineReply], *, revision: int, today: date
) -> list[Problem]:
    """Find everything that is wrong with a set of replies.

    *today* is the date in the ship-to zone. Returns problems whose ``where`` is ``lines.<id>`` or
    ``lines.<id>.parts.<n>.<field>``.
    """
    if not replies:
        return [Problem("lines", "no answer", "Answer at least one line")]
    problems: list[Problem] = []
    seen: set[int] = set()
    for reply in replies:
        where = f"lines.{reply.line_id}"
        line = asked.get(reply.line_id)
        if line is None:
            problems.append(Problem(where, f"line {reply.line_id}", "This order has no such line"))
        elif reply.line_id in seen:
            problems.append(Problem(where, f"{line.label} twice", "Answer each line once"))
        else:
            problems += _check_line(line, reply, revision=revision) or check_parts(
                where, line, reply.parts, today=today
            )
        seen.add(reply.line_id)
    return problems


def _check_line(line: Asked, reply: LineReply, *, revision: int) -> list[Problem]:
    where = f"lines.{line.line_id}"
    if line.asked_in_revision > revision:
        return [
            Problem(
                where,
                f"an answer to revision {revision}",
                f"Revision {line.asked_in_revision} of the order changed {line.label} while you were typing",
                "Look at the new values and answer this line again",
            )
        ]
    if line.state not in {LineState.ASKED, LineState.COUNTERED, LineState.AGREED}:
        return [
            Problem(
                where,
                LineState(line.state).label.lower(),
                f"{capitalized(line.label)} is not waiting for an answer",
                "Leave it out",
            )
        ]
    return []


def check_parts(where: str, line: Asked, parts: Sequence[Part], *, today: date) -> list[Problem]:
    """Find what is wrong with the parts of one line's answer, or of a buyer's counter-proposal."""
    if not parts:
        return [Problem(where, "nothing", f"Say what will come of {line.label}")]
    problems: list[Problem] = []
    for number, part in enumerate(parts):
        problems += _check_part(f"{where}.parts.{number}", part, today=today)
    if problems:
        return problems
    return _check_total(where, line, parts)


def _check_part(where: str, part: Part, *, today: date) -> list[Problem]:
    problems = _check_number(f"{where}.quantity", part.quantity, "quantity", QUANTITY_PLACES)
    if not problems and part.quantity <= 0:
        problems.append(
            Problem(f"{where}.quantity", f"{part.quantity:f}", "The quantity must be more than zero")
        )
    if part.delivery_on is None:
        if not part.reason.strip():
            problems.append(
                Problem(
                    f"{where}.reason", "nothing", "Say why this cannot be delivered", "The buyer will read it"
                )
            )
        return problems
    if part.delivery_on < today:
        problems.append(
            Problem(
                f"{where}.delivery_on",
                part.delivery_on.isoformat(),
                f"The delivery date must be today ({today.isoformat()}) or later",
            )
        )
    if part.unit_price is None:
        problems.append(Problem(f"{where}.unit_price", "nothing", "Give a price per unit"))
    else:
        wrong = _check_number(f"{where}.unit_price", part.unit_price, "price", PRICE_PLACES)
        problems += wrong
        if not wrong and part.unit_price < 0:
            problems.append(
                Problem(f"{where}.unit_price", f"{part.unit_price:f}", "The price must not be below zero")
            )
    return problems


def _check_number(where: str, number: Decimal, what: str, places: int) -> list[Problem]:
    if not number.is_finite() or abs(number) >= _MOST:
        return [Problem(where, str(number), f"The {what} must be a number below {_MOST:,f}")]
    exponent = number.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > places:
        return [Problem(where, f"{number:f}", f"The {what} may have at most {places} decimal places")]
    return []


def _check_total(where: str, line: Asked, parts: Sequence[Part]) -> list[Problem]:
    problems: list[Problem] = []
    total = sum((part.quantity for part in parts), Decimal(0))
    if len(parts) > 1 and total != line.quantity:
        problems.append(
            Problem(
                where,
                _amount(total, line.unit),
                f"The parts of {line.label} must add up to the ordered {_amount(line.quantity, line.unit)}",
                f"{_difference(line.quantity - total, line.unit)}; reject what will not come, with a reason",
            )
        )
    prices = {part.unit_price for part in parts if part.is_delivered}
    if len(prices) > 1:
        problems.append(
            Problem(
                where,
                " and ".join(
                    f"{price:f}" for price in sorted(price for price in prices if price is not None)
                ),
                f"All parts of {line.label} need the same price: Odoo holds one price per line",
            )
        )
    coming = settle(parts).quantity
    if coming < line.received:
        problems.append(
            Problem(
                where,
                _amount(coming, line.unit),
                f"{_amount(line.received, line.unit)} of {line.label} were received already",
                "Answer with at least that",
            )
        )
    return problems


def _comparable(parts: Sequence[Part]) -> list[tuple[Decimal, date | None, Decimal | None]]:
    return sorted(
        ((part.quantity, part.delivery_on, part.unit_price) for part in parts),
        key=lambda part: (part[1] or date.max, part[0]),
    )


def capitalized(text: str) -> str:
    """Begin a sentence with a capital and leave the rest, such as a product code, as it is."""
    return text[:1].upper() + text[1:]


def _amount(quantity: Decimal, unit: str) -> str:
    return f"{quantity.normalize():f} {unit}".strip()


def _difference(missing: Decimal, unit: str) -> str:
    if missing > 0:
        return f"{_amount(missing, unit)} are missing"
    return f"{_amount(-missing, unit)} are too many"
