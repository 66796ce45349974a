"""What the buyer changed in Odoo since the supplier answered last."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import QuerySet

from orders.purchasing.models import OrderRevision, PurchaseOrder
from orders.purchasing.replies import Reply
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


def answered_revision(replies: Mapping[int, Sequence[Reply]]) -> int:
    """Return the revision the supplier answered last; what came later is news to them."""
    answered = (
        reply.answer.answer.revision
        for of_line in replies.values()
        for reply in of_line
        if not reply.is_counter
    )
    return max(answered, default=1)


def changed_fields(revisions: Iterable[OrderRevision], answered: int) -> dict[int, dict[str, str]]:
    """Return, by line and field, the value the supplier last knew."""
    changed: dict[int, dict[str, str]] = defaultdict(dict)
    for revision in revisions:  # newest first, so the oldest value is written last and stays
        if revision.number > answered:
            for change in revision.changes:
                if change.get("line") is not None:
                    changed[change["line"]][change["field"]] = change["old"]
    for fields in changed.values():
        if "date" in fields:
            fields["date"] = _day_of(fields["date"])  # type: ignore[assignment]
    return changed


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
