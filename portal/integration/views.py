"""The integration desk on the web: health of the connections, the exception queue, and what is done there."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from integrations.odoo.call_figures import figures_of
from integrations.odoo.models import OdooConnection
from integrations.outbox.models import OutboxMessage
from portal.integration import actions
from portal.integration.health import health_of
from portal.integration.message_page import EditForm, message_view
from portal.integration.queue import Filters
from portal.integration.queue_page import queue_page
from portal.integration.scope import Desk
from suppliers.pauses import until
from suppliers.people.requests import SignedInRequest
from suppliers.refusal import IllegalMove


@require_safe
def health(request: SignedInRequest) -> HttpResponse:
    """Show how each connection is doing."""
    desk = _desk(request)
    context = {"connections": health_of(desk, now=timezone.now()), "watched": request.GET.get("watch", "")}
    return render(request, "integration/health.html", context)


@require_safe
def calls(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the numbers behind a connection's charts."""
    connection = _connection(request, pk)
    minutes = reversed(figures_of([connection.pk], now=timezone.now())[connection.pk].minutes)
    context = {"connection": connection, "minutes": [minute for minute in minutes if minute.calls]}
    return render(request, "integration/calls.html", context)


@require_POST
def test(request: SignedInRequest, pk: int) -> HttpResponse:
    """Have a worker ask the Odoo who it is and what the portal may do there."""
    connection = _run(request, pk)
    actions.ask_for_test(connection, now=timezone.now())
    messages.info(request, f"{connection} is being tested; this page shows the result in a moment.")
    return _watching(connection)


@require_POST
def read_orders(request: SignedInRequest, pk: int) -> HttpResponse:
    """Have a worker read every order of the Odoo."""
    connection = _run(request, pk)
    if actions.read_all_orders(connection, now=timezone.now()):
        messages.info(request, f"All orders of {connection} are being read; this page shows how far it is.")
    else:
        messages.info(request, f"The orders of {connection} are being read already.")
    return _watching(connection)


@require_POST
def pause(request: SignedInRequest, pk: int) -> HttpResponse:
    """Stop all calls to an Odoo."""
    connection = _run(request, pk)
    reason = request.POST.get("reason", "").replace("\0", "").strip()[:500]
    actions.pause(Desk(request.user), connection, reason=reason, now=timezone.now())
    messages.success(request, f"{connection} is paused. What is to be sent waits here, in order.")
    return redirect("integration:health")


@require_POST
def resume(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let calls to an Odoo go on."""
    connection = _run(request, pk)
    actions.resume(Desk(request.user), connection, now=timezone.now())
    messages.success(request, f"{connection} goes on. What waited is sent in order.")
    return redirect("integration:health")


@require_safe
def exceptions(request: SignedInRequest) -> HttpResponse:
    """Show one page of the exception queue."""
    context = queue_page(_desk(request), Filters.read(request.GET), now=timezone.localtime())
    return render(request, "integration/exceptions.html", context)


@require_POST
def act(request: SignedInRequest) -> HttpResponse:
    """Do one thing to the chosen exceptions, or to all that the filters mean."""
    desk = _desk(request)
    desk.require_acting()
    filters = Filters.read(request.POST)
    if request.POST.get("do") == "send_all":
        count = actions.send_all_again(desk, filters, now=timezone.now())
        _say(request, count, "will be sent again now")
    else:
        _do(request, desk, [int(pk) for pk in request.POST.getlist("ids") if pk.isdecimal() and len(pk) < 19])
    return redirect(reverse("integration:exceptions") + filters.query())


@require_safe
def exception(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one exception."""
    return _page(request, _message(request, pk))


@require_POST
def act_on_one(request: SignedInRequest, pk: int) -> HttpResponse:
    """Do one thing to one exception."""
    message = _own_message(request, pk)
    _do(request, Desk(request.user), [message.pk])
    return redirect("integration:exception", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the form that changes a message, the difference it makes, and make it."""
    message = _own_message(request, pk)
    if request.method != "POST":
        return _page(request, message, form=EditForm.of(message))
    form = EditForm.read(message, request.POST)
    wants_it_done = request.POST.get("do") == "change"
    if wants_it_done:
        form.require_reason()
    if form.has_errors or not wants_it_done:
        return _page(request, message, form=form, status=422 if form.has_errors else 200)
    if actions.change(Desk(request.user), message, form.edit(), now=timezone.now()):
        messages.success(request, "Changed, and sent again now.")
    else:
        messages.success(request, "Proposed. It is sent when another administrator has approved the change.")
    return redirect("integration:exception", pk=pk)


@require_POST
def approve(request: SignedInRequest, pk: int) -> HttpResponse:
    """Agree to somebody else's change."""
    actions.approve(Desk(request.user), _own_message(request, pk), now=timezone.now())
    messages.success(request, "Approved: the message is changed and sent again now.")
    return redirect("integration:exception", pk=pk)


@require_POST
def drop(request: SignedInRequest, pk: int) -> HttpResponse:
    """Decline somebody's change, or take one's own back."""
    reason = request.POST.get("reason", "").replace("\0", "").strip()
    actions.drop(Desk(request.user), _own_message(request, pk), reason=reason, now=timezone.now())
    messages.success(request, "The change was dropped; the message is as it was.")
    return redirect("integration:exception", pk=pk)


def _watching(connection: OdooConnection) -> HttpResponse:
    """Go back to the connections, where this one is looked at again every other second."""
    url = f"{reverse('integration:health')}?watch={connection.pk}#connection-{connection.pk}"
    return redirect(url)


def _do(request: SignedInRequest, desk: Desk, ids: list[int]) -> None:
    now = timezone.localtime()
    if not ids:
        raise IllegalMove("Choose at least one exception first.")
    match request.POST.get("do"):
        case "send":
            _say(request, actions.send_again(desk, ids, now=now), "will be sent again now")
        case "give_up":
            _say(request, actions.give_up(desk, ids, now=now), "will never be sent")
        case "put_off":
            moment = until(request.POST.get("until", ""), now=now)
            if moment is None and request.POST.get("until") != "now":
                raise IllegalMove("Choose until when.")
            done = actions.put_off(desk, ids, until=moment, now=now)
            _say(request, done, f"put off until {moment:%d %b, %H:%M}" if moment else "shown again")
        case "assign":
            to = request.POST.get("to", "")
            done = actions.assign(desk, ids, to=int(to) if to.isdecimal() and len(to) < 19 else None, now=now)
            _say(request, done, "handed over" if to else "given to nobody")
        case _:
            raise IllegalMove("Choose what to do.")


def _say(request: SignedInRequest, count: int, what: str) -> None:
    if count:
        messages.success(request, f"{count:,} {'exception' if count == 1 else 'exceptions'}: {what}.")
    else:
        messages.info(request, "Nothing had to be changed: it is done, under way, or was so already.")


def _desk(request: SignedInRequest) -> Desk:
    desk = Desk(request.user)
    desk.require()
    return desk


def _connection(request: SignedInRequest, pk: int) -> OdooConnection:
    """Return a connection: 404 for strangers, 403 for colleagues whose role may not look."""
    desk = Desk(request.user)
    connection = get_object_or_404(desk.known_connections(), pk=pk)
    desk.require_looking_at(connection)
    return connection


def _run(request: SignedInRequest, pk: int) -> OdooConnection:
    """Return a connection this person runs."""
    connection = _connection(request, pk)
    Desk(request.user).require_running(connection)
    return connection


def _message(request: SignedInRequest, pk: int) -> OutboxMessage:
    """Return an exception: 404 for strangers, 403 for colleagues whose role may not look."""
    desk = Desk(request.user)
    message = get_object_or_404(desk.known_messages(), pk=pk)
    desk.require_within(desk.messages(), message)
    return message


def _own_message(request: SignedInRequest, pk: int) -> OutboxMessage:
    """Return an exception this person may act on."""
    message, desk = _message(request, pk), Desk(request.user)
    desk.require_within(desk.own_messages(), message)
    return message


def _page(
    request: SignedInRequest, message: OutboxMessage, *, status: int = 200, **extra: Any
) -> HttpResponse:
    view = message_view(Desk(request.user), message, now=timezone.localtime())
    return render(request, "integration/exception.html", {"view": view, **extra}, status=status)
