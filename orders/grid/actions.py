"""Keeping, restoring and forgetting drafts."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from orders.grid.models import Draft
from orders.purchasing.models import PurchaseOrder
from suppliers.people.models import User

DRAFTS_LAST = timedelta(days=30)


def save_draft(order: PurchaseOrder, *, by: User, fields: Mapping[str, str], at: datetime) -> Draft | None:
    """Keep what was typed; nothing typed is no draft."""
    if not fields:
        drop_draft(order, by=by)
        return None
    draft, _ = Draft.objects.update_or_create(
        order=order,
        person=by,
        defaults={
            "supplier_id": order.supplier_id,
            "company_id": order.company_id,
            "fields": dict(fields),
            "saved_at": at,
        },
    )
    return draft


def drop_draft(order: PurchaseOrder, *, by: User) -> None:
    """Forget what was typed: it was sent, or is not wanted."""
    Draft.objects.filter(order=order, person=by).delete()


def forget_old_drafts(*, now: datetime) -> int:
    """Delete drafts nobody came back to. Returns how many."""
    return Draft.objects.filter(saved_at__lt=now - DRAFTS_LAST).delete()[0]
