"""Documents on the web: the list of an order's revisions, and each as a PDF."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from orders.documents.drawing import pdf_of
from orders.documents.gathering import History, order_of
from orders.purchasing.chatter import url_of
from orders.purchasing.models import PurchaseOrder
from suppliers.people.requests import SignedInRequest


@require_safe
def documents(request: SignedInRequest, pk: int) -> HttpResponse:
    """List the order's revisions with their hashes, newest first."""
    order = _order(request, pk)
    found = History(request.user, order).all()
    return render(request, "documents/list.html", {"order": order, "documents": found})


@require_safe
def pdf(request: SignedInRequest, pk: int, revision: int) -> HttpResponse:
    """Send the document of one revision."""
    order = _order(request, pk)
    document = History(request.user, order).document(revision)
    if document is None:
        raise Http404
    name = f"{order.number}-revision-{revision}.pdf"
    return HttpResponse(
        pdf_of(document, url=url_of(order)),
        content_type="application/pdf",
        headers={"Content-Disposition": content_disposition_header(as_attachment=False, filename=name)},
    )


def _order(request: SignedInRequest, pk: int) -> PurchaseOrder:
    """Return the order, or 404 for strangers."""
    order = order_of(request.user, pk)
    if order is None:
        raise Http404
    return order
