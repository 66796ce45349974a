"""Messages on the web: the list, one conversation, and what can be done in it."""

from csp.decorators import csp
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from suppliers.numbers import whole_number
from suppliers.people.access import WRITE_MESSAGES, require
from suppliers.people.requests import SignedInRequest
from suppliers.refusal import IllegalMove, Refused
from suppliers.threads import actions
from suppliers.threads.actions.redact import redactors_of
from suppliers.threads.forms import Composer
from suppliers.threads.lifecycle import Audience, Side
from suppliers.threads.listing import TABS, Filters, page_of
from suppliers.threads.matters import Matter, find_matter
from suppliers.threads.models import Message
from suppliers.threads.reading import conversation, file_for, threads_about
from suppliers.threads.unread import forget_unread


@require_safe
def message_list(request: SignedInRequest) -> HttpResponse:
    """List conversations, those that wait for us first."""
    filters = Filters.read(request.GET)
    page = page_of(request.user, filters)
    context = {
        "filters": filters,
        "page": page,
        "tabs": [(label, filters.query(tab=tab), tab == filters.tab) for tab, label in TABS.items()],
        "following": filters.query(cursor=page.following) if page.following else "",
    }
    return render(request, "threads/list.html", context)


@require_safe
def about(request: SignedInRequest, kind: str, pk: int) -> HttpResponse:
    """Show what is said about one thing; htmx gets it without the frame."""
    return _conversation(request, _matter(request, kind, pk))


@require_POST
def write(request: SignedInRequest, kind: str, pk: int) -> HttpResponse:
    """Take a message, or show what is wrong with it and keep what was typed."""
    matter = _matter(request, kind, pk)
    require(request.user, matter.subject, WRITE_MESSAGES)
    form = Composer.read(request.POST, request.FILES)
    try:
        actions.post_message(
            matter,
            by=request.user,
            text=form.text,
            submission=form.submission,
            at=timezone.now(),
            internal=form.internal,
            files=form.files,
            mentions=form.mentions,
        )
    except Refused as refusal:
        form.problems = refusal.problems
        return _conversation(request, matter, form=form, status=422)
    said = "The note is kept; only your colleagues see it." if form.internal else "The message was sent."
    return _done(request, matter, said)


@require_POST
def seen(request: SignedInRequest, kind: str, pk: int) -> HttpResponse:
    """Note how far somebody has read."""
    matter = _matter(request, kind, pk)
    up_to = whole_number(request.POST.get("up_to")) or 0
    actions.mark_read(threads_about(matter, request.user), by=request.user, up_to=up_to)
    forget_unread(request.user)
    if request.htmx:
        return HttpResponse(status=204)
    return redirect(_place(matter))


@require_POST
def waiting(request: SignedInRequest, kind: str, pk: int) -> HttpResponse:
    """Say by hand who owes an answer."""
    matter = _matter(request, kind, pk)
    require(request.user, matter.subject, WRITE_MESSAGES)
    shared = [t for t in threads_about(matter, request.user) if t.audience == Audience.SHARED]
    if not shared:
        raise IllegalMove("Nothing was written here yet.")
    owes = request.POST.get("for", "")
    side = Side(owes) if owes in Side.values else None
    actions.set_waiting(shared[0], waiting_for=side, by=request.user, at=timezone.now())
    return _done(request, matter, "Noted.")


@require_POST
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put one's own message right."""
    message = _message(request, pk)
    require(request.user, message, WRITE_MESSAGES)
    matter = _matter_of(request, message)
    try:
        actions.edit_message(message, text=request.POST.get("text", ""), by=request.user, at=timezone.now())
    except Refused as refusal:
        raise IllegalMove(str(refusal)) from refusal
    return _done(request, matter, "The message was changed.")


@require_POST
def redact(request: SignedInRequest, pk: int) -> HttpResponse:
    """Remove a message's text and files for good."""
    message = _message(request, pk)
    require(request.user, message, redactors_of(message))
    matter = _matter_of(request, message)
    try:
        reason = request.POST.get("reason", "")
        actions.redact_message(message, reason=reason, by=request.user, at=timezone.now())
    except Refused as refusal:
        raise IllegalMove(str(refusal)) from refusal
    return _done(request, matter, "The message was removed.")


@require_safe
@csp(  # type: ignore[arg-type]  # its types know no view with arguments
    {"default-src": ["'none'"], "sandbox": [], "frame-ancestors": ["'none'"], "base-uri": ["'none'"]}
)
def attachment(request: SignedInRequest, pk: int) -> HttpResponse:
    """Hand out a file, to be saved and never to be shown or run by the browser."""
    file = file_for(request.user, pk)
    if file is None:
        raise Http404("There is no such file for you.")
    return HttpResponse(
        bytes(file.content.data),
        content_type=file.mime,
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=file.name),
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "private, no-store",
        },
    )


def _matter(request: SignedInRequest, kind: str, pk: int) -> Matter:
    """Return what is talked about, or 404 for strangers."""
    matter = find_matter(kind, pk, request.user)
    if matter is None:
        raise Http404("There is nothing like that for you.")
    return matter


def _message(request: SignedInRequest, pk: int) -> Message:
    messages_ = Message.objects.visible_to(request.user).select_related("thread")
    found: Message = get_object_or_404(messages_, pk=pk)
    return found


def _matter_of(request: SignedInRequest, message: Message) -> Matter:
    return _matter(request, message.thread.subject_type, message.thread.subject_id)


def _conversation(
    request: SignedInRequest,
    matter: Matter,
    *,
    form: Composer | None = None,
    status: int = 200,
    said: str = "",
) -> HttpResponse:
    document, is_buyer = matter.document, matter.subject.company_id in request.user.company_ids
    partner = str(document.supplier if is_buyer else document.company)
    before = whole_number(request.GET.get("before"))
    view = conversation(matter, request.user, now=timezone.now(), before=before, partner=partner)
    context = {"talk": view, "form": form or Composer(), "said": said, "is_part": bool(request.htmx)}
    template = "threads/_conversation.html" if request.htmx else "threads/about.html"
    response = render(request, template, context, status=status)
    response["Vary"] = "HX-Request, Cookie"
    return response


def _done(request: SignedInRequest, matter: Matter, said: str) -> HttpResponse:
    forget_unread(request.user)
    if request.htmx:
        return _conversation(request, matter, said=said)
    messages.success(request, said)
    return redirect(_place(matter))


def _place(matter: Matter) -> str:
    return reverse("threads:about", args=[matter.kind, matter.subject.pk])
