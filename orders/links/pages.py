"""What the pages of a link show."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from orders.deadlines.models import Deadline
from orders.links.actions.confirm import CodeCheck, tries_left
from orders.links.lifecycle import LinkState
from orders.links.models import LinkCode
from orders.links.rules import masked
from orders.links.visits import Visit
from orders.purchasing.badges import order_badge
from orders.purchasing.forms import AnswerForm
from orders.purchasing.lifecycle import LineState, Side
from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from orders.purchasing.order_page import order_view
from orders.purchasing.positions import today_at
from suppliers.people.models import User

# Without scripts each editor is on the page from the start, up to this many lines; above, on demand.
_INLINE_EDITORS = 25

_WRONG = {
    CodeCheck.SPENT: "This code was typed wrong too often. Have a new one sent.",
    CodeCheck.EXPIRED: "This code is older than ten minutes. Have a new one sent.",
    CodeCheck.NONE: "There is no code to type. Have one sent first.",
}


def order_page(
    request: HttpRequest,
    visit: Visit,
    *,
    form: AnswerForm | None = None,
    status: int = 200,
    unproven: bool = False,
    join_error: str = "",
) -> HttpResponse:
    """Show the order to its reader: to be read, or with the answer form when they have proved who they are.

    *form* is a posted answer that could not be taken, or that asks for one line's editor.
    """
    assert visit.reader is not None  # noqa: S101 - a link that shows the order has a reader
    today = today_at(visit.order.company, visit.at)
    view = order_view(
        visit.order,
        visit.reader,
        today=today,
        form=form,
        gives_dates=request.GET.get("dates") == "1",
        inline_editors=_INLINE_EDITORS,
    )
    wants_answer = view.form is not None
    if not visit.may_answer:
        view.form = None
        for line in view.lines:
            line.typed, line.has_editor = None, False
    context = {
        "visit": visit,
        "view": view,
        "wants_answer": wants_answer and visit.state is LinkState.LIVE,
        "unproven": unproven,
        "join_error": join_error,
        "masked_email": masked(visit.reader.email),
        "due_at": _due_at(visit.order, visit.reader) if wants_answer else None,
        "now": visit.at,
    }
    return render(request, "links/order.html", context, status=status)


def standing_page(request: HttpRequest, visit: Visit, *, status: int = 200) -> HttpResponse:
    """Say why the link takes no answers, and in a few words how the order stands, if its reader may know."""
    context: dict[str, Any] = {"visit": visit}
    if visit.state.tells_how_it_stands and visit.reader is not None:
        order = visit.order
        lines = PurchaseOrderLine.objects.visible_to(visit.reader).filter(order=order)
        states = list(lines.values_list("state", flat=True))
        waiting = sum(state in LineState.waiting_for_supplier() for state in states)
        context |= {
            "badge": order_badge(order.state, order.summary, Side.SUPPLIER),
            "line_count": len(states),
            "waiting": waiting,
            "masked_email": masked(visit.reader.email),
        }
    return render(request, "links/standing.html", context, status=status)


def join_page(request: HttpRequest, visit: Visit, *, error: str) -> HttpResponse:
    """Show the order again to somebody invited whose name was not taken."""
    return order_page(request, visit, join_error=error, status=422)


@dataclass(frozen=True, slots=True)
class CodeView:
    """The page on which the code is typed."""

    masked_email: str
    sent: LinkCode | None  # the code that may be typed
    wait_until: datetime | None  # from when the next one may be sent
    error: str = ""


def code_page(
    request: HttpRequest, visit: Visit, *, check: CodeCheck | None = None, wait_until: datetime | None = None
) -> HttpResponse:
    """Show where the code is typed; *check* is what was wrong with what was typed."""
    assert visit.reader is not None  # noqa: S101 - only a reader is asked for a code
    newest = LinkCode.objects.visible_to(visit.reader).filter(link=visit.link)
    sent = newest.filter(used_at=None, expires_at__gt=visit.at).order_by("-sent_at", "-pk").first()
    if sent is not None and not tries_left(sent):
        sent = None
    code = CodeView(masked(visit.reader.email), sent, wait_until, _error(check, sent))
    context = {"visit": visit, "code": code}
    return render(request, "links/code.html", context, status=422 if code.error else 200)


def _due_at(order: PurchaseOrder, reader: User) -> datetime | None:
    clocks = Deadline.objects.visible_to(reader).waiting().filter(order=order)
    return clocks.order_by("due_at").values_list("due_at", flat=True).first()


def _error(check: CodeCheck | None, sent: LinkCode | None) -> str:
    if check is CodeCheck.WRONG and sent is not None:
        left = tries_left(sent)
        return f"That is not the code we sent. {left} {'try' if left == 1 else 'tries'} left."
    return _WRONG.get(check, "") if check is not None else ""
