"""The sentences and differences that the journal, the mails and Odoo's chatter show. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from orders.purchasing.lifecycle import AnswerState
from orders.purchasing.models import Answer
from orders.purchasing.rules import Asked, Part, settle
from suppliers.people.models import User


def quantity_text(quantity: Decimal) -> str:
    """Write a quantity without trailing zeros."""
    return f"{quantity.normalize():f}"


def price_text(price: Decimal | None) -> str:
    """Write a price with at least two decimals, and more only where it has them."""
    if price is None:
        return "-"
    plain = price.normalize()
    exponent = plain.as_tuple().exponent
    return f"{plain:f}" if isinstance(exponent, int) and exponent < -2 else f"{plain:.2f}"


def date_text(day: date | None) -> str:
    """Write a date as people of all languages read it."""
    return day.isoformat() if day else "-"


def schedule_text(parts: Iterable[Part], unit: str) -> str:
    """Write the parts of an answer: "6 Units on 2026-12-01, 4 Units not at all (sold out)"."""
    return ", ".join(
        f"{goods_text(part, unit)} on {date_text(part.delivery_on)}"
        if part.is_delivered
        else f"{quantity_text(part.quantity)} {unit} not at all ({part.reason})"
        for part in parts
    )


def goods_text(part: Part, unit: str) -> str:
    """Write how much of what a part brings: "10 Units", "5 Box of 12 of BX-200 (Hex bolt A4)"."""
    product = f" of {product_text(part)}" if part.has_other_product else ""
    return f"{quantity_text(part.quantity)} {part.unit or unit}{product}"


def product_text(part: Part) -> str:
    """Name the other product of a part: "BX-200 (Hex bolt A4)"."""
    if part.product_code and part.product_name:
        return f"{part.product_code} ({part.product_name})"
    return part.product_code or part.product_name


def first_line(text: str) -> str:
    """Return the first line of a description, which may be empty."""
    return text.partition("\n")[0]


def plural(count: int, word: str) -> str:
    """Count things: "1 line", "3 lines"."""
    return f"{count} {word}" + ("" if count == 1 else "s")


class Spoken(Protocol):
    """What a round says about one line, as far as a sentence counts it."""

    @property
    def state(self) -> AnswerState: ...
    @property
    def deviations(self) -> Sequence[str]: ...
    @property
    def confirms_again(self) -> bool: ...


def sentence_of_answer(answer: Answer, said: Iterable[Spoken]) -> str:
    """Say what a supplier's round did, line by line counted."""
    count = Counter(_kind(one) for one in said)
    done = [words.format(plural(count[kind], "line")) for kind, words in _DONE.items() if count[kind]]
    return f"{answer.by} {' and '.join(', '.join(done).rsplit(', ', 1))}."


_DONE = {
    "agreed": "confirmed {}",
    "again": "confirmed {} again",
    "passed": "changed {} within the tolerance",
    "proposed": "proposed a change to {}",
}


def _kind(one: Spoken) -> str:
    if one.state == AnswerState.PENDING:
        return "proposed"
    if one.confirms_again:
        return "again"
    return "passed" if one.deviations else "agreed"


def sentence_of_decision(by: User, done: str, count: int) -> str:
    """Say what a buyer decided."""
    return f"{by} {done}: {plural(count, 'proposal')}."


def changes_of(
    proposals: Iterable[tuple[Asked, Sequence[Part], Sequence[str]]],
) -> tuple[dict[str, str], ...]:
    """Return old and new of each deviating field, as the journal and the mails show them."""
    changes: list[dict[str, str]] = []
    for asked, parts, found in proposals:
        want, have = settle(asked.parts), settle(parts)
        changes += _foreign_changes(asked, parts, found)
        if "split" in found or "rejected" in found:
            old, new = schedule_text(asked.parts, asked.unit), schedule_text(parts, asked.unit)
            changes.append({"what": f"{asked.label}, deliveries", "old": old, "new": new})
        elif "date" in found and want.delivery_on != have.delivery_on:
            changes.append(_change(asked, "date", date_text(want.delivery_on), date_text(have.delivery_on)))
        if "quantity" in found and want.quantity != have.quantity and not {"split", "rejected"} & set(found):
            changes.append(
                _change(asked, "quantity", quantity_text(want.quantity), quantity_text(have.quantity))
            )
        if "price" in found and want.unit_price != have.unit_price:
            changes.append(_change(asked, "price", price_text(want.unit_price), price_text(have.unit_price)))
    return tuple(changes)


def _foreign_changes(asked: Asked, parts: Sequence[Part], found: Sequence[str]) -> list[dict[str, str]]:
    """Say which other product or unit comes, where the deliveries do not say it already."""
    if {"split", "rejected"} & set(found):
        return []
    changes = []
    was, now = asked.parts[0], parts[0]
    if "product" in found:
        ordered = asked.goods.product_code if asked.goods else ""
        old, new = (product_text(part) or ordered or "as ordered" for part in (was, now))
        changes.append(_change(asked, "product", old, new))
    if "unit" in found:
        # Quantities and prices of different units say nothing about each other: they are told together.
        old, new = (
            f"{quantity_text(part.quantity)} {part.unit or asked.unit} at {price_text(part.unit_price)}"
            for part in (was, now)
        )
        changes.append(_change(asked, "unit", old, new))
    return changes


def _change(asked: Asked, field: str, old: str, new: str) -> dict[str, str]:
    return {"what": f"{asked.label}, {field}", "old": old, "new": new}
