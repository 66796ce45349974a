"""What is wrong with replies to an order: every problem at once, each where it is. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from orders.purchasing.lifecycle import LineState
from orders.purchasing.rules import Asked, LineReply, Part, arrived_of, capitalized, settle, units_of
from suppliers.refusal import Problem

QUANTITY_PLACES = 4
PRICE_PLACES = 6
_MOST = Decimal(10) ** 12
_FOREIGN_LENGTHS = {"product_code": 64, "product_name": 200, "unit": 60}


def check_replies(
    asked: Mapping[int, Asked],
    replies: Sequence[LineReply],
    *,
    revision: int,
    today: date,
    earliest: Mapping[int, date] | None = None,
) -> list[Problem]:
    """Find everything that is wrong with a set of replies.

    *today* is the date in the ship-to zone, *earliest* by line the first date that may be promised where it
    is not today. Returns problems whose ``where`` is ``lines.<id>`` or ``lines.<id>.parts.<n>.<field>``.
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
            first = (earliest or {}).get(reply.line_id, today)
            conflict = conflict_of(line, revision=revision)
            problems += (
                [conflict] if conflict else check_parts(where, line, reply.parts, today=today, earliest=first)
            )
        seen.add(reply.line_id)
    return problems


def conflict_of(line: Asked, *, revision: int) -> Problem | None:
    """Say why a line has moved on since somebody looked at *revision* of its order, if it has."""
    where = f"lines.{line.line_id}"
    if line.asked_in_revision > revision:
        return Problem(
            where,
            f"an answer to revision {revision}",
            f"Revision {line.asked_in_revision} of the order changed {line.label} while you were typing",
            "Look at the new values and answer this line again",
        )
    if line.state not in LineState.answerable():
        state = LineState(line.state).label.lower()
        said = f"{capitalized(line.label)} is not waiting for an answer"
        return Problem(where, state, said, "Leave it out")
    return None


def check_parts(
    where: str, line: Asked, parts: Sequence[Part], *, today: date, earliest: date | None = None
) -> list[Problem]:
    """Find what is wrong with the parts of one line's answer, or of a buyer's counter-proposal."""
    if not parts:
        return [Problem(where, "nothing", f"Say what will come of {line.label}")]
    problems: list[Problem] = []
    here = {(part.quantity, part.delivery_on) for part in arrived_of(line)}
    for number, part in enumerate(parts):
        first = date.min if (part.quantity, part.delivery_on) in here else earliest or today
        problems += _check_part(f"{where}.parts.{number}", part, today=today, earliest=first)
    if problems:
        return problems
    return _check_total(where, line, parts)


def _check_part(where: str, part: Part, *, today: date, earliest: date) -> list[Problem]:
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
    if part.delivery_on < earliest:
        first = f"today ({today.isoformat()})" if earliest == today else earliest.isoformat()
        problems.append(
            Problem(
                f"{where}.delivery_on",
                part.delivery_on.isoformat(),
                f"The delivery date must be {first} or later",
            )
        )
    problems += _check_foreign(where, part)
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


def _check_foreign(where: str, part: Part) -> list[Problem]:
    problems = []
    for name, most in _FOREIGN_LENGTHS.items():
        if len(text := getattr(part, name)) > most:
            problems.append(
                Problem(f"{where}.{name}", f"{len(text)} characters", f"At most {most} characters")
            )
    if part.product_code and not part.product_name:
        problems.append(
            Problem(f"{where}.product_name", "", "Say what the other product is", "The buyer will read it")
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
    units = units_of(parts)
    if len(units) > 1:
        names = " and ".join(sorted(unit or line.unit for unit in units))
        problems.append(Problem(where, names, f"All parts of {line.label} need the same unit"))
    problems += _check_unit(where, line, parts)
    in_ordered_unit = units <= {""}
    if len(parts) > 1 and total != line.quantity and units <= units_of(line.parts):
        unit = next(iter(units), "") or line.unit
        problems.append(
            Problem(
                where,
                _amount(total, unit),
                f"The parts of {line.label} must add up to the ordered {_amount(line.quantity, unit)}",
                f"{_difference(line.quantity - total, unit)}; reject what will not come, with a reason",
            )
        )
    for prices in _prices_by_product(parts):
        if len(prices) > 1:
            found = " and ".join(
                f"{price:f}" for price in sorted(price for price in prices if price is not None)
            )
            said = f"All parts of {line.label} need the same price: Odoo holds one price per line"
            problems.append(Problem(where, found, said))
    coming = settle(parts).quantity
    if coming < line.received and in_ordered_unit:
        problems.append(
            Problem(
                where,
                _amount(coming, line.unit),
                f"{_amount(line.received, line.unit)} of {line.label} were received already",
                "Answer with at least that",
            )
        )
    return problems


def _check_unit(where: str, line: Asked, parts: Sequence[Part]) -> list[Problem]:
    """In another unit both numbers stay what they were only by mistake: 120 pieces are not 120 boxes."""
    want, have = settle(line.parts), settle(parts)
    if units_of(parts) <= units_of(line.parts) or have.delivery_on is None:
        return []
    if (want.quantity, want.unit_price) != (have.quantity, have.unit_price):
        return []
    unit = next(iter(units_of(parts)), "") or line.unit
    found = _amount(have.quantity, unit)
    return [Problem(f"{where}.parts.0.quantity", found, f"Give quantity and price in {unit}")]


def _prices_by_product(parts: Sequence[Part]) -> list[set[Decimal | None]]:
    """Return the prices of each product: one line of Odoo's holds one product."""
    products: dict[tuple[str, str], set[Decimal | None]] = {}
    for part in parts:
        if part.is_delivered:
            products.setdefault(part.product, set()).add(part.unit_price)
    return list(products.values())


def _amount(quantity: Decimal, unit: str) -> str:
    return f"{quantity.normalize():f} {unit}".strip()


def _difference(missing: Decimal, unit: str) -> str:
    if missing > 0:
        return f"{_amount(missing, unit)} are missing"
    return f"{_amount(-missing, unit)} are too many"
