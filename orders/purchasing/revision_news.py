"""What the buyer changed in Odoo since both sides last agreed on each line."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from orders.purchasing.awaited import Held, holds
from orders.purchasing.lifecycle import AnswerState, LineState
from orders.purchasing.models import OrderRevision, PurchaseOrder, PurchaseOrderLine
from orders.purchasing.replies import Reply
from orders.purchasing.rules import settle
from orders.purchasing.wording import price_text, quantity_text
from suppliers.people.models import User
from suppliers.prepared import Question, prepared
from suppliers.tenancy import Viewer


def revisions_question(order: PurchaseOrder, user: User) -> Question[list[OrderRevision]]:
    """Ask for the revisions of an order, newest first; none while there is but the first."""
    return _revisions.question(user, order.pk).if_(order.revision > 1)


@prepared
def _revisions(viewer: Viewer, order_id: int) -> QuerySet[OrderRevision]:
    revisions = OrderRevision.objects.visible_to(viewer).filter(order=order_id)
    return revisions.defer("snapshot").order_by("-number")


def changed_since_agreed(
    lines: Iterable[PurchaseOrderLine],
    replies: Mapping[int, Sequence[Reply]],
    revisions: Iterable[OrderRevision],
) -> dict[int, dict[str, Any]]:
    """Return, by Odoo line and field, the value that both sides held when they last agreed on the line.

    Whatever went to and fro since is left out. A line nobody ever agreed on shows what changed since the
    supplier answered last: its values are what the supplier knows. Dates are dates, the rest is text.
    """
    of_line = _changes_by_line(revisions)
    answered = _answered_revision(replies)
    found: dict[int, dict[str, Any]] = {}
    for line in lines:
        agreed = _last_agreed(replies.get(line.pk, ()))
        since = agreed.answer.answer.revision if agreed else answered
        # Newest first, so the oldest value is written last and stays.
        fields: dict[str, Any] = {
            name: old for number, name, old in of_line.get(line.odoo_id, ()) if number > since
        }
        if "date" in fields:
            fields["date"] = _day_of(fields["date"])
        if agreed is not None and _is_held(line, agreed):
            fields = {name: old for name, old in fields.items() if name not in _AGREED} | _moved(line, agreed)
        if fields:
            found[line.odoo_id] = fields
    return found


_AGREED = {"quantity", "price", "date"}


def _moved(line: PurchaseOrderLine, agreed: Reply) -> dict[str, Any]:
    """What both sides agreed on and Odoo holds no more; nothing while the line waits for nobody."""
    held = settle(agreed.parts)
    if line.state not in {LineState.ASKED, LineState.COUNTERED} or held.delivery_on is None:
        return {}
    pairs = {
        "quantity": (held.quantity, line.quantity, quantity_text(held.quantity)),
        "price": (held.unit_price, line.unit_price, price_text(held.unit_price)),
        "date": (held.delivery_on, line.expected_on, held.delivery_on),
    }
    return {name: shown for name, (old, new, shown) in pairs.items() if old != new}


def _is_held(line: PurchaseOrderLine, agreed: Reply) -> bool:
    """Whether Odoo's line holds the agreed product and unit, so that numbers can be compared."""
    held = Held(line.product_code, line.description, line.unit)
    return all(holds(held, part) for part in agreed.parts if part.is_delivered)


def _last_agreed(replies: Sequence[Reply]) -> Reply | None:
    agreed = (reply for reply in reversed(replies) if reply.answer.state == AnswerState.AGREED)
    return next(agreed, None)


def _answered_revision(replies: Mapping[int, Sequence[Reply]]) -> int:
    """Return the revision the supplier answered last; what came later is news to them."""
    answered = (
        reply.answer.answer.revision
        for of_line in replies.values()
        for reply in of_line
        if not reply.is_counter
    )
    return max(answered, default=1)


def _changes_by_line(revisions: Iterable[OrderRevision]) -> dict[int, list[tuple[int, str, str]]]:
    found: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
    for revision in revisions:
        for change in revision.changes:
            if change.get("line") is not None:
                found[change["line"]].append((revision.number, change["field"], change["old"]))
    return found


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
