"""Sheets on the web: how it works, the sheet to fill in, sending it, and the sheet that comes back."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from orders.bulk.actions.drawing_up import MOST_LINES
from orders.bulk.selection import Selection, lines_meant
from orders.purchasing.list_filters import Filters
from orders.purchasing.models import PurchaseOrder
from orders.sheets.actions import take_sheet
from orders.sheets.answer_sheet import told_lines
from orders.sheets.filling import lines_of_order, shown_lines
from orders.sheets.models import Sheet
from orders.sheets.uploads import LimitedUpload
from orders.sheets.writing import Line, csv_of, workbook_of
from suppliers.numbers import whole_number
from suppliers.people.access import ANSWER_ORDERS
from suppliers.people.requests import SignedInRequest
from suppliers.refusal import Problem, Refused

_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@require_safe
def about(request: SignedInRequest) -> HttpResponse:
    """Show the three steps, with the sheet for what one came from: a list with its filters, or an order."""
    return _page(request)


@require_safe
def download(request: SignedInRequest, form: str) -> HttpResponse:
    """Send the lines that the same filters show, or those of one order, as a sheet to fill in."""
    if not request.user.supplier_ids:
        raise PermissionDenied("Sheets are filled in by suppliers; the list can be taken along as CSV.")
    order = _order(request)
    if order is not None:
        ids, title = list(lines_of_order(request.user, order.pk)), f"Order {order.number}"
    else:
        selection = Selection(everything=True, query=request.GET.urlencode()[:500])
        ids, title = lines_meant(request.user, selection), selection.words()
    if len(ids) > MOST_LINES:
        said = f"A sheet has at most {MOST_LINES:,} lines"
        return _page(request, [Problem("file", "more lines in this list", said, "Narrow the list first")])
    shown = shown_lines(request.user, ids, at=timezone.now())
    found = [shown[pk] for pk in ids if pk in shown]
    lines = [Line(line.values, is_open=line.may_be_answered, locked=line.locked) for line in found]
    name = f"order-{order.number}" if order else f"order-lines-{timezone.localdate().isoformat()}"
    return _file(form, name, lines, f"{title}, as of {timezone.localtime():%Y-%m-%d %H:%M %Z}")


@csrf_exempt
@require_POST
def upload(request: SignedInRequest) -> HttpResponse:
    """Limit what is read of the file before anything of the request is read, the token included."""
    limit = LimitedUpload(request)
    request.upload_handlers.insert(0, limit)
    return _upload(request, limit)


@csrf_protect
def _upload(request: SignedInRequest, limit: LimitedUpload) -> HttpResponse:
    """Take a sheet in and show what it comes to; nothing is sent yet."""
    if not any(member.role in ANSWER_ORDERS for member in request.user.active_memberships):
        raise PermissionDenied("Your role does not allow answering orders; it takes: Owner or Sales.")
    file = request.FILES.get("sheet")
    if file is None:
        found = "a file that is too large" if limit.is_too_large else "no file"
        return _page(request, [Problem("file", found, "Choose a sheet of at most 5 MB")])
    try:
        sheet = take_sheet(file.read(), name=file.name or "", by=request.user, at=timezone.now())
    except Refused as refusal:
        return _page(request, refusal.problems)
    return redirect("bulk:job", pk=sheet.job_id)


@require_safe
def told(request: SignedInRequest, pk: int, form: str) -> HttpResponse:
    """Send the same sheet back, with what became of each row."""
    sheets = Sheet.objects.visible_to(request.user).select_related("job")
    sheet = get_object_or_404(sheets, job=pk)
    lines = told_lines(request.user, sheet, at=timezone.now())
    name = f"{sheet.name.rpartition('.')[0] or sheet.name}-answered"
    return _file(form, name, lines, f"{sheet.name}, with what became of each row", told=True)


def _page(request: SignedInRequest, problems: Sequence[Problem] = ()) -> HttpResponse:
    query = QueryDict(request.GET.urlencode()[:500])
    filters = Filters.read(query)
    order = _order(request)
    context = {
        "order": order,
        "query": f"?order={order.pk}" if order else filters.query(),
        "words": Selection(everything=True, query=filters.query()).words(),
        "may_answer": any(member.role in ANSWER_ORDERS for member in request.user.active_memberships),
        "problems": problems,
    }
    return render(request, "sheets/about.html", context, status=422 if problems else 200)


def _order(request: SignedInRequest) -> PurchaseOrder | None:
    """Return the order that the address names, 404 when it is a stranger's."""
    named = request.GET.get("order", "")
    if not named:
        return None
    pk = whole_number(named) or 0
    return get_object_or_404(PurchaseOrder.objects.visible_to(request.user), pk=pk)


def _file(form: str, name: str, lines: list[Line], subtitle: str, *, told: bool = False) -> HttpResponse:
    if form == "xlsx":
        content: bytes | str = workbook_of(lines, subtitle=subtitle, at=timezone.now(), told=told)
    else:
        content = csv_of(lines, told=told)
    named = content_disposition_header(as_attachment=True, filename=f"{name}.{form}")
    return HttpResponse(content, content_type=_TYPES[form], headers={"Content-Disposition": named})
