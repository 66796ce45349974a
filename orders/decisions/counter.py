"""The form of a counter-proposal, as it opens in a row."""

from typing import Any

from orders.decisions.reading import read_replies
from orders.purchasing.models import LineAnswer
from orders.purchasing.rules import Part
from orders.purchasing.typed_answer import TypedPart, typed_part
from suppliers.people.models import User


def counter_form(user: User, proposal: LineAnswer) -> dict[str, Any]:
    """Return what the form shows: the supplier's deliveries, and an empty row to split off more."""
    reply = read_replies(user, [proposal.pk])[0]
    asked = Part(proposal.asked_quantity, proposal.asked_on, proposal.asked_price)
    parts = [part for part in reply.parts if part.is_delivered] or [asked]
    rows = [typed_part(number, part) for number, part in enumerate(parts)]
    return {"reply": reply, "order": reply.answer.answer.order, "parts": [*rows, TypedPart(len(rows))]}
