"""Orders that were answered before records were kept get theirs, which says that it was kept later."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from orders.purchasing.models import Answer, PurchaseOrder
from orders.purchasing.record_keeping import keep_records
from suppliers.journal.models import RECORD_KEPT, JournalEntry

# Orders that are held together: an answer to one of them waits no longer than these take.
_AT_ONCE = 100


@transaction.atomic
def keep_missing_records(*, after: int, at: datetime, at_once: int = _AT_ONCE) -> tuple[int, int]:
    """Keep the records of some orders behind the one with the id *after* that were answered and have none.

    Returns how many were kept and the id of the last order looked at, which is 0 when none was left. A fixed
    number of queries. What has a record stays as it is: whoever stops in between, or begins anew, loses and
    doubles nothing.
    """
    ids = list(_without(after=after)[:at_once])
    if not ids:
        return 0, 0
    orders = PurchaseOrder.objects.select_for_update(of=["self"]).select_related("company", "supplier")
    # Which of them was answered since, and so has its record, shows only now that they are held.
    held = list(orders.filter(pk__in=ids).order_by("pk"))
    return keep_records(held, at=at, is_late=True), ids[-1]


def _without(*, after: int) -> QuerySet[PurchaseOrder, int]:
    """Return the orders that were answered and have no record, by id."""
    records = JournalEntry.objects.filter(
        subject_type=PurchaseOrder._meta.model_name, subject_id=OuterRef("pk"), verb=RECORD_KEPT
    )
    answers = Answer.objects.filter(order=OuterRef("pk"))
    found = PurchaseOrder.objects.filter(Exists(answers), ~Exists(records), pk__gt=after)
    return found.order_by("pk").values_list("pk", flat=True)
