"""Records on the web: what both sides said and agreed, checked now; page, PDF and the hashed content."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from orders.documents.gathering import order_of
from orders.documents.record_drawing import pdf_of_record
from orders.documents.record_page import words_of
from orders.documents.records import Record, Records, records_of
from orders.purchasing.chatter import url_of
from orders.purchasing.models import PurchaseOrder
from suppliers.people.requests import SignedInRequest


@require_safe
def newest(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the newest record of an order, or say that there is none yet."""
    order = _order(request, pk)
    found = records_of(order, request.user)
    return _page(request, found, found.record(found.count))


@require_safe
def record(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    """Show one record."""
    found = records_of(_order(request, pk), request.user)
    return _page(request, found, _existing(found.record(number)))


@require_safe
def pdf(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    """Send one record as a PDF."""
    order = _order(request, pk)
    found = _existing(records_of(order, request.user).record(number))
    data = pdf_of_record(found, words_of(found), url=f"{url_of(order)}record/{number}/")
    return _file(data, "application/pdf", f"{order.number}-record-{number}.pdf")


@require_safe
def content(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    """Send the very bytes whose SHA-256 is the record's."""
    order = _order(request, pk)
    found = _existing(records_of(order, request.user).record(number))
    return _file(found.as_bytes(), "application/json", f"{order.number}-record-{number}.json")


def _page(request: SignedInRequest, found: Records, shown: Record | None) -> HttpResponse:
    context = {
        "order": found.order,
        "record": shown,
        "words": words_of(shown) if shown else None,
        "numbers": range(found.count, 0, -1),
    }
    return render(request, "documents/record.html", context)


def _file(data: bytes, kind: str, name: str) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=kind != "application/pdf", filename=name)
    return HttpResponse(data, content_type=kind, headers={"Content-Disposition": disposition})


def _existing(found: Record | None) -> Record:
    if found is None:
        raise Http404
    return found


def _order(request: SignedInRequest, pk: int) -> PurchaseOrder:
    """Return the order, or 404 for strangers."""
    order = order_of(request.user, pk)
    if order is None:
        raise Http404
    return order
