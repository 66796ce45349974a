"""Asking for the documents of many orders, making them, and forgetting them."""

import io
import logging
import zipfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from celery import current_app
from django.db import transaction
from django.db.models import F

from orders.documents.drawing import pdf_of
from orders.documents.gathering import documents_of
from orders.documents.lifecycle import ZipState
from orders.documents.models import DocumentZip
from orders.documents.records import last_of_each
from orders.purchasing.chatter import url_of
from orders.purchasing.models import PurchaseOrder
from suppliers.people.models import User
from suppliers.refusal import Problem, Refused
from suppliers.tenancy import wall

logger = logging.getLogger(__name__)

MAKE = "orders.documents.make_zip"
MOST_ORDERS = 500
MOST_ATTEMPTS = 3
ZIP_LASTS = timedelta(days=1)
_SILENCE = timedelta(minutes=2)
# What has the same time in it is the same file.
_TIME = (1980, 1, 1, 0, 0, 0)


@transaction.atomic
def ask_for_zip(order_ids: Iterable[int], *, by: User, at: datetime) -> DocumentZip:
    """Have the documents of orders put into one file; those *by* cannot see do not exist.

    Raises Refused when there are none, or more than MOST_ORDERS.
    """
    orders = PurchaseOrder.objects.visible_to(by).filter(pk__in=list(order_ids))
    # Who works on both sides asks as a buyer, as everywhere.
    orders = orders.filter(company_id__in=by.company_ids) if by.is_buyer else orders
    found = list(
        orders.order_by("number", "pk").values_list("pk", "supplier_id", "company_id")[: MOST_ORDERS + 1]
    )
    if not found:
        raise Refused([Problem("line", "no order", "Choose at least one line", "Tick lines in the list")])
    if len(found) > MOST_ORDERS:
        said = f"At most {MOST_ORDERS} documents at once"
        raise Refused([Problem("line", "more orders", said, "Narrow the list with its filters")])
    made = DocumentZip.objects.create(
        by=by,
        order_ids=[pk for pk, _, _ in found],
        supplier_ids=sorted({supplier for _, supplier, _ in found}),
        company_ids=sorted({company for _, _, company in found}),
        asked_at=at,
    )
    # Without a broker the sweep finds it.
    wake = partial(current_app.send_task, MAKE, kwargs={"pk": made.pk}, retry=False)
    transaction.on_commit(wake, robust=True)
    return made


def make_zip(pk: int, *, at: datetime) -> None:
    """Make the file, with what its asker may see now. Done twice it is the same file."""
    waiting = DocumentZip.objects.filter(pk=pk, state=ZipState.WAITING)
    if not waiting.update(attempts=F("attempts") + 1, tried_at=at):
        return
    asked = DocumentZip.objects.select_related("by").defer("data").get(pk=pk)
    if asked.attempts > MOST_ATTEMPTS or not asked.by.is_active:
        waiting.update(state=ZipState.FAILED)
        return
    data = _zipped(asked)
    waiting.update(data=data, state=ZipState.DONE)


def zips_without_worker(*, now: datetime) -> list[int]:
    """Return what was asked for and nobody is at."""
    waiting = DocumentZip.objects.filter(state=ZipState.WAITING, asked_at__lt=now - _SILENCE)
    return list(waiting.exclude(tried_at__gt=now - _SILENCE).order_by("pk").values_list("pk", flat=True))


def forget_old_zips(*, now: datetime) -> int:
    """Delete files that were asked for more than a day ago. Returns how many."""
    return DocumentZip.objects.filter(asked_at__lt=now - ZIP_LASTS).delete()[0]


def _zipped(asked: DocumentZip) -> bytes:
    by = asked.by
    with wall(suppliers=by.supplier_ids, companies=by.company_ids):
        rows = PurchaseOrder.objects.visible_to(by).filter(pk__in=asked.order_ids)
        orders = list(rows.order_by("number", "pk"))
        records = last_of_each(orders, by)
        # The same order in which the documents come.
        pairs = list(zip(orders, documents_of(by, asked.order_ids), strict=True))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for order, document in pairs:
            # Two companies may have given the same number.
            name = f"{_safe(document.buyer)}/{_safe(document.number)}-revision-{document.revision}.pdf"
            entry = zipfile.ZipInfo(f"{name[:-4]}-{order.pk}.pdf", _TIME)
            record = records.get(order.pk)
            archive.writestr(entry, pdf_of(document, url=url_of(order), record=record))
    return file.getvalue()


def _safe(text: str) -> str:
    """Return a name that no system takes for a path."""
    return (
        "".join(letter if letter.isalnum() or letter in " -_" else "_" for letter in text).strip()[:60] or "_"
    )
