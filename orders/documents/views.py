"""Documents on the web: each revision of an order as a PDF, and those of many orders as a ZIP."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from orders.bulk.selection import Selection, lines_meant
from orders.documents.actions import MOST_ORDERS, ask_for_zip
from orders.documents.drawing import pdf_of
from orders.documents.gathering import History, order_of
from orders.documents.lifecycle import ZipState
from orders.documents.models import DocumentZip
from orders.documents.records import last_of_revision
from orders.purchasing.chatter import url_of
from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from suppliers.people.requests import SignedInRequest
from suppliers.refusal import Refused


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
        pdf_of(document, url=url_of(order), record=last_of_revision(order, revision, request.user)),
        content_type="application/pdf",
        headers={"Content-Disposition": content_disposition_header(as_attachment=False, filename=name)},
    )


@require_POST
def ask(request: SignedInRequest) -> HttpResponse:
    """Have the documents of the chosen lines' orders put into one file."""
    lines = PurchaseOrderLine.objects.visible_to(request.user).filter(
        pk__in=lines_meant(request.user, Selection.read(request.POST))
    )
    try:
        made = ask_for_zip(
            set(lines.order_by().values_list("order_id", flat=True)), by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        context = {"problems": refusal.problems, "most": MOST_ORDERS}
        return render(request, "documents/zip.html", context, status=422)
    return redirect("documents:zip", pk=made.pk)


@require_safe
def zip_page(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say whether the file is ready; htmx asks again until it is."""
    found = get_object_or_404(DocumentZip.objects.visible_to(request.user).defer("data"), pk=pk)
    context = {
        "zip": found,
        "is_waiting": found.state == ZipState.WAITING,
        "is_done": found.state == ZipState.DONE,
    }
    wants_fragment = request.htmx and not request.htmx.boosted
    response = render(request, "documents/_zip.html" if wants_fragment else "documents/zip.html", context)
    response["Vary"] = "HX-Request, Cookie"
    return response


@require_safe
def zip_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send the file."""
    done = DocumentZip.objects.visible_to(request.user).filter(state=ZipState.DONE)
    found = get_object_or_404(done, pk=pk)
    name = f"orders-{found.asked_at:%Y-%m-%d}-{found.pk}.zip"
    return HttpResponse(
        bytes(found.data or b""),
        content_type="application/zip",
        headers={"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)},
    )


def _order(request: SignedInRequest, pk: int) -> PurchaseOrder:
    """Return the order, or 404 for strangers."""
    order = order_of(request.user, pk)
    if order is None:
        raise Http404
    return order
