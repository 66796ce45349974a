"""The permission matrix: every address of the portal, and what it answers to whom.

A new address fails here until it is listed. Each row is asked as nobody, as a stranger, in the wrong role, in
the right role, and by the wrong method.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from integrations.odoo.models import OdooConnection
from integrations.outbox.models import OutboxMessage
from integrations.reconciliation.models import ReconciliationRun
from integrations.webhooks.hints import make_address
from orders.bulk.actions import draw_up_wish
from orders.bulk.lifecycle import Operation
from orders.bulk.models import Job
from orders.bulk.rules import Wish
from orders.conversations.matters import matter_of_order
from orders.decisions import actions as decisions
from orders.decisions.lifecycle import Verb
from orders.decisions.models import DecisionJob
from orders.decisions.reading import open_proposals
from orders.documents.lifecycle import ZipState
from orders.documents.models import DocumentZip
from orders.links.actions import issue_link
from orders.links.models import AnswerLink
from orders.purchasing.actions import LineReply, Part, acknowledge_order
from orders.purchasing.models import LineAnswer, PurchaseOrder
from orders.sheets.actions import take_sheet
from orders.sheets.models import Sheet
from suppliers.alerts.models import Alert
from suppliers.calendars.models import ClosedDays
from suppliers.notices.actions import notify
from suppliers.notices.models import Absence, Notice
from suppliers.people.actions import invite_person
from suppliers.people.invitation_links import link_to
from suppliers.people.models import Invitation, Membership, Role, User
from suppliers.policies.models import Policy
from suppliers.threads.actions import post_message
from suppliers.threads.files import Upload
from suppliers.threads.models import Attachment, Message
from tests import factories
from tests.conftest import Cast

LOGIN = "/accounts/login/"
# What the right role may get: the page, or the way on after something was done.
FINE = {200, 302}
# Somebody with the right role who sends nonsense: named problems, or "the order has moved on".
NAMED = {409, 422}


@dataclass(frozen=True)
class World:
    """Everything the addresses speak about; all of it is Acme's at Northwind."""

    cast: Cast
    order: PurchaseOrder
    proposal: LineAnswer
    membership: Membership
    invitation: Invitation
    notice: Notice
    policy: Policy
    connection: OdooConnection
    exception: OutboxMessage
    alert: Alert
    hook_secret: str
    link_token: str
    message: Message
    note: Message
    file: Attachment
    file_of_note: Attachment
    comparison: ReconciliationRun
    closed: ClosedDays
    absence: Absence
    job: Job
    sheet: Sheet
    zip: DocumentZip


@dataclass(frozen=True)
class Row:
    """One address. People are named as in the cast; None: there is nobody of that kind for it."""

    route: str
    kwargs: Callable[[World], dict[str, Any]] = lambda world: {}
    method: str = "get"
    data: Callable[[World], dict[str, Any]] = lambda world: {}
    nobody: str | int = LOGIN  # where nobody is sent, or what nobody gets
    stranger: str | None = None  # gets 404
    wrong: str | None = None  # gets 403
    right: str = "alice"
    answers: set[int] = field(default_factory=lambda: FINE)
    refuses: str | None = None  # the method that is answered by 405; by default the other one


def pk_of(thing: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"pk": getattr(world, thing).pk}


def of_order(name: str, **more: Any) -> Row:
    """Something done to an order."""
    usual: dict[str, Any] = {"method": "post", "stranger": "mallory", "answers": FINE | NAMED}
    return Row(f"orders/<int:pk>/{name}/", pk_of("order"), **usual | more)


def as_supplier(name: str, **more: Any) -> Row:
    return of_order(name, wrong="rita", right="alice", **more)


def as_buyer(name: str) -> Row:
    return of_order(name, wrong="alice", right="bea")


def of_job(name: str, **more: Any) -> Row:
    """Something done with a job of many lines, by the supplier's people."""
    usual: dict[str, Any] = {"method": "post", "stranger": "mallory", "right": "alice"}
    usual["kwargs"] = pk_of("job")
    route = f"orders/jobs/<int:pk>{name}" if name.startswith(".") else f"orders/jobs/<int:pk>/{name}"
    return Row(route, **usual | more)


def of_link(name: str, **more: Any) -> Row:
    """A page of the link that was mailed to Alice; she needs no code while she is logged in."""
    usual: dict[str, Any] = {"method": "post", "kwargs": lambda world: {"token": world.link_token}}
    return Row(f"answer/<str:token>/{name}", **usual | more)


def of_connection(name: str, **more: Any) -> Row:
    """Something done to a connection, by whoever administers every company behind it."""
    usual: dict[str, Any] = {"method": "post", "stranger": "boris", "wrong": "max", "right": "anna"}
    return Row(f"integration/connections/<int:pk>/{name}/", pk_of("connection"), **usual | more)


def of_exception(name: str, **more: Any) -> Row:
    """Something done to an exception, by an administrator of its company."""
    usual: dict[str, Any] = {"method": "post", "stranger": "boris", "wrong": "max", "right": "anna"}
    usual |= {"answers": FINE | NAMED}
    if name == "change/":
        usual["refuses"] = ""
    return Row(f"integration/exceptions/<int:pk>/{name}", pk_of("exception"), **usual | more)


def of_alert(name: str, **more: Any) -> Row:
    """Something done about an alert, by somebody whose role must act on it."""
    usual: dict[str, Any] = {"method": "post", "stranger": "mallory", "wrong": "rita", "right": "alice"}
    return Row(f"alerts/<int:pk>/{name}/", pk_of("alert"), **usual | more)


WORKING_HOURS = {"time_zone": "Europe/Berlin", "day0_opens0": "08:00", "day0_closes0": "17:00"}


def of_hours(name: str, **more: Any) -> Row:
    """Something a supplier's owner says about its working hours."""
    usual: dict[str, Any] = {"method": "post", "stranger": "mallory", "wrong": "alice", "right": "olivia"}
    usual |= {"kwargs": lambda world: {"supplier": world.cast.acme.pk}, "answers": {302}}
    return Row(f"hours/{name}", **usual | more)


def of_thread(name: str, **more: Any) -> Row:
    """Something done with the messages about an order."""
    usual: dict[str, Any] = {"method": "post", "stranger": "mallory", "wrong": "rita", "right": "alice"}
    kwargs = lambda world: {"kind": "purchaseorder", "pk": world.order.pk}  # noqa: E731
    return Row(f"messages/about/<str:kind>/<int:pk>/{name}", kwargs, **usual | more)


def accepting(world: World) -> dict[str, Any]:
    return {"revision": world.order.revision, "submission": str(uuid4())}


def public(route: str, **more: Any) -> Row:
    """A page of allauth that is open to nobody too. Both methods are its own."""
    usual: dict[str, Any] = {"nobody": 200, "refuses": ""}
    return Row(f"accounts/{route}", **usual | more)


def private(route: str, **more: Any) -> Row:
    """A page of allauth about one's own account: there are no strangers in it. Both methods are its own."""
    return Row(f"accounts/{route}", **dict[str, Any](refuses="") | more)


def deciding(world: World) -> DecisionJob:
    """Bea had all that waits approved."""
    wish, found = decisions.Wish(Verb.APPROVE, uuid4()), open_proposals(world.cast.bea)
    return decisions.start_job(wish, found, by=world.cast.bea, at=timezone.now())


def an_offer(world: World) -> dict[str, Any]:
    """What could pass by itself at Northwind, from Acme."""
    return {"company": world.cast.northwind.pk, "supplier": world.cast.acme.pk, "matter": "DATE", "more": "1"}


MATRIX = [
    # portal
    Row(""),
    Row("healthz", nobody=200, answers={200, 503}),
    Row("metrics", nobody=401, wrong="bea", right="ada"),
    # orders
    Row("orders/"),
    Row("orders.csv"),
    Row("orders/<int:pk>/", pk_of("order"), stranger="mallory", right="rita"),
    Row("orders/<int:pk>/", pk_of("order"), stranger="boris", right="bea"),
    Row(
        "orders/<int:pk>/lines/<int:line>/dates/",
        lambda world: {"pk": world.order.pk, "line": world.order.lines.first().pk},
        stranger="mallory",
        right="rita",
    ),
    as_supplier("acknowledge"),
    as_supplier("accept", data=accepting, answers={302}),
    as_supplier("withdraw"),
    as_buyer("approve"),
    as_buyer("decline"),
    as_buyer("counter"),
    # many lines at once
    Row("orders/bulk/", method="post", wrong="rita", right="alice", answers=FINE | NAMED),
    Row("orders/bulk/count/"),
    Row("orders/jobs/"),
    of_job("", method="get", right="rita"),
    of_job(".csv", method="get", right="rita"),
    of_job("send/", wrong="rita"),
    of_job("drop/", wrong="rita"),
    # links in mails: whoever holds one may look; answering takes the reader
    of_link("", method="get", nobody=200),
    of_link("code/", nobody=302),
    of_link("device/", method="get", nobody=200, refuses=""),
    of_link("forget/", nobody=302),
    of_link("join/", nobody=403, answers={403}),  # for those who were only invited
    of_link("renew/", nobody=302),
    of_link("withdraw/", nobody=403, wrong="olivia", answers={302}),
    of_link("acknowledge/", nobody=403, wrong="rita", answers=FINE | NAMED),
    of_link("accept/", nobody=403, wrong="bea", answers=FINE | NAMED),
    Row("orders/<int:pk>/links/", pk_of("order"), stranger="mallory", wrong="olivia", right="bea"),
    as_buyer("links/send"),
    Row(
        "orders/links/<int:pk>/revoke/",
        lambda world: {"pk": AnswerLink.objects.get().pk},
        method="post",
        stranger="mallory",
        wrong="olivia",
        right="bea",
    ),
    # deciding
    Row("decide/", wrong="alice", right="bea"),
    Row("decide/past/", wrong="alice", right="bea"),
    Row("decide/<int:pk>/counter/", pk_of("proposal"), stranger="boris", wrong="alice", right="bea"),
    Row("decide/offers/not-now/", method="post", data=an_offer, stranger="boris", wrong="alice", right="bea"),
    # documents
    Row("orders/documents/", method="post", answers={302, 422}),
    Row("orders/documents/<int:pk>/", pk_of("zip"), stranger="olivia"),
    Row("orders/documents/<int:pk>.zip", pk_of("zip"), stranger="mallory"),
    Row("orders/<int:pk>/documents/", pk_of("order"), stranger="mallory", right="rita"),
    Row("orders/<int:pk>/documents/", pk_of("order"), stranger="boris", right="bea"),
    Row(
        "orders/<int:pk>/documents/<int:revision>.pdf",
        lambda world: {"pk": world.order.pk, "revision": 1},
        stranger="mallory",
        right="rita",
    ),
    Row("orders/<int:pk>/record/", pk_of("order"), stranger="mallory", right="rita"),
    Row("orders/<int:pk>/record/", pk_of("order"), stranger="boris", right="bea"),
    *(
        Row(
            f"orders/<int:pk>/record/<int:number>{form}",
            lambda world: {"pk": world.proposal.answer.order_id, "number": 1},
            stranger="mallory",
            right=right,
        )
        for form in ("/", ".pdf", ".json")
        for right in ("rita", "bea")
    ),
    # the grid
    Row("orders/<int:pk>/grid/", pk_of("order"), stranger="mallory", wrong="rita", refuses=""),
    as_supplier("grid/draft"),
    # answers by spreadsheet
    Row("orders/sheets/"),
    Row("orders/sheets/lines.<sheetform:form>", lambda world: {"form": "xlsx"}, wrong="bea", right="rita"),
    Row("orders/sheets/upload/", method="post", wrong="rita", right="alice", answers={422}),
    of_job(
        "sheet.<sheetform:form>",
        method="get",
        kwargs=lambda world: {"pk": world.sheet.job_id, "form": "csv"},
        right="rita",
    ),
    Row("decide/count/", wrong="alice", right="bea"),
    Row(
        "decide/many/",
        method="post",
        data=lambda world: {"proposal": world.proposal.pk, "do": "approve"},
        stranger="boris",
        wrong="alice",
        right="bea",
    ),
    Row(
        "decide/jobs/<int:pk>/",
        lambda world: {"pk": deciding(world).pk},
        stranger="boris",
        right="bea",
    ),
    Row("keys/", right="rita"),
    Row("keys/switch/", method="post", right="rita", answers={302}),
    # comparisons with Odoo
    Row("integration/drift/", wrong="bea", right="max"),
    Row(
        "integration/drift/start/",
        method="post",
        data=lambda world: {"company": world.cast.northwind.pk},
        stranger="boris",
        wrong="bea",
        right="max",
    ),
    Row("integration/drift/<int:pk>/", pk_of("comparison"), stranger="mallory", wrong="bea", right="max"),
    Row("integration/drift/<int:pk>/", pk_of("comparison"), stranger="boris", right="ada"),
    Row(
        "integration/drift/<int:pk>/differences.csv",
        pk_of("comparison"),
        stranger="boris",
        wrong="bea",
        right="anna",
    ),
    Row(
        "integration/drift/<int:pk>/repair/",
        pk_of("comparison"),
        method="post",
        stranger="boris",
        wrong="bea",
        right="anna",
    ),
    # policies
    Row("policies/", right="alice"),
    Row(
        "policies/company/<int:company>/answering/",
        lambda world: {"company": world.cast.northwind.pk},
        stranger="boris",
        wrong="alice",
        right="bea",
    ),
    Row(
        "policies/company/<int:company>/answering/set/",
        lambda world: {"company": world.cast.northwind.pk},
        stranger="boris",
        wrong="bea",
        right="max",
        refuses="",
    ),
    Row(
        "policies/company/<int:company>/answering/end/",
        lambda world: {"company": world.cast.northwind.pk},
        method="post",
        stranger="boris",
        wrong="bea",
        right="max",
        answers=FINE | NAMED,
    ),
    Row("policies/<int:pk>/", pk_of("policy"), stranger="boris", right="bea"),
    Row("policies/<int:pk>/", pk_of("policy"), stranger="boris", right="alice"),
    Row("policies/<int:pk>/change/", pk_of("policy"), stranger="boris", wrong="bea", right="max", refuses=""),
    Row(
        "policies/<int:pk>/end/",
        pk_of("policy"),
        method="post",
        stranger="boris",
        wrong="bea",
        right="max",
        answers=FINE | NAMED,
    ),
    Row(
        "policies/company/<int:company>/new/<slug:matter>/",
        lambda world: {"company": world.cast.northwind.pk, "matter": "date"},
        stranger="boris",
        wrong="alice",
        right="max",
        refuses="",
    ),
    Row(
        "policies/company/<int:company>/working-days/",
        lambda world: {"company": world.cast.northwind.pk},
        stranger="boris",
        wrong="bea",
        right="max",
        refuses="",
    ),
    # the integration desk
    Row("integration/", wrong="bea", right="max"),
    of_connection("calls", method="get", wrong="bea", right="max"),
    of_connection("test"),
    of_connection("read"),
    of_connection("pause"),
    of_connection("resume"),
    Row("integration/exceptions/", wrong="alice", right="max"),
    Row(
        "integration/exceptions/act/",
        method="post",
        data=lambda world: {"do": "send_all"},
        wrong="max",
        right="anna",
    ),
    of_exception("", method="get", wrong="bea", right="max"),
    of_exception("act/"),
    of_exception("change/", method="get"),
    of_exception("change/"),
    of_exception("approve/"),
    of_exception("drop/"),
    # alerts
    Row("alerts/", right="rita"),
    of_alert("snooze", data=lambda world: {"until": "tomorrow"}),
    of_alert("assign", data=lambda world: {"to": world.cast.alice.pk}),
    # people
    Row("people/", right="rita"),
    Row(
        "people/supplier/<int:supplier>/invite/",
        lambda world: {"supplier": world.cast.acme.pk},
        stranger="mallory",
        wrong="alice",
        right="olivia",
        refuses="",
    ),
    Row(
        "people/company/<int:company>/invite/",
        lambda world: {"company": world.cast.northwind.pk},
        stranger="boris",
        wrong="bea",
        right="anna",
        refuses="",
    ),
    Row(
        "people/invitations/<int:pk>/withdraw/",
        pk_of("invitation"),
        method="post",
        stranger="mallory",
        wrong="alice",
        right="olivia",
    ),
    Row(
        "people/invitation/<str:token>/",
        lambda world: {"token": link_to(world.invitation).rstrip("/").rsplit("/", 1)[1]},
        nobody=200,
        refuses="",
    ),
    Row(
        "people/<int:pk>/role/",
        pk_of("membership"),
        method="post",
        data=lambda world: {"role": Role.LOGISTICS},
        stranger="mallory",
        wrong="alice",
        right="olivia",
    ),
    Row(
        "people/<int:pk>/remove/",
        pk_of("membership"),
        method="post",
        stranger="mallory",
        wrong="alice",
        right="olivia",
    ),
    # what was sent about an order
    Row("orders/<int:pk>/sent/", pk_of("order"), stranger="mallory", right="rita"),
    Row("orders/<int:pk>/sent/", pk_of("order"), stranger="boris", right="bea"),
    of_order("sent/to", wrong="rita", data=lambda world: {"to": world.cast.olivia.pk}, answers={302}),
    of_order("sent/to", stranger="boris", data=lambda world: {"to": world.cast.olivia.pk}, right="bea"),
    of_order("opened", answers={204}),
    # what I am told: one's own, so there are no strangers but those who guess a number
    Row("me/notices/", right="rita"),
    Row("me/notices/read/", method="post", right="rita"),
    Row("me/notices/<int:pk>/", pk_of("notice"), stranger="olivia"),
    Row("me/notices/<int:pk>/read/", pk_of("notice"), method="post", stranger="olivia"),
    Row("me/preferences/", right="rita", refuses=""),
    Row("me/preferences/recommended/", method="post", right="rita"),
    Row("me/absence/", method="post", answers={422}),
    Row("me/absence/<int:pk>/end/", pk_of("absence"), method="post", stranger="olivia"),
    # working hours
    of_hours("<int:supplier>/", data=lambda world: WORKING_HOURS, refuses=""),
    Row(
        "hours/<int:supplier>/",
        lambda world: {"supplier": world.cast.acme.pk},
        stranger="boris",
        right="bea",
        refuses="",
    ),
    of_hours("<int:supplier>/close/", data=lambda world: {"first_day": "2026-12-24"}),
    of_hours("closed/<int:pk>/reopen/", kwargs=pk_of("closed")),
    # messages
    Row("messages/", right="rita"),
    of_thread("", method="get", wrong=None, right="rita"),
    of_thread("seen/", wrong=None, right="rita"),
    of_thread("write/", data=lambda world: {"text": "Hello"}, answers={302}),
    of_thread("write/", data=lambda world: {"text": ""}, answers={422}),
    of_thread("write/", wrong=None, right="bea", stranger="boris", data=lambda world: {"text": "x"}),
    of_thread("waiting/", data=lambda world: {"for": ""}),
    Row("messages/<int:pk>/edit/", pk_of("message"), method="post", stranger="mallory", wrong="rita"),
    Row(
        "messages/<int:pk>/redact/",
        pk_of("message"),
        method="post",
        stranger="mallory",
        wrong="alice",
        right="olivia",
    ),
    # the note is the buyer's: to the supplier it is not there
    Row("messages/<int:pk>/edit/", pk_of("note"), method="post", stranger="alice", right="bea"),
    Row(
        "messages/<int:pk>/redact/",
        pk_of("note"),
        method="post",
        stranger="olivia",
        wrong="bea",
        right="anna",
    ),
    Row("messages/files/<int:pk>/", pk_of("file"), stranger="mallory", right="rita"),
    Row("messages/files/<int:pk>/", pk_of("file_of_note"), stranger="olivia", right="bea"),
    # mail, in the demo
    Row("mail/"),
    Row("mail/<int:pk>/", pk_of("notice"), stranger="mallory"),
    Row("mail/<int:pk>/body/", pk_of("notice"), stranger="mallory"),
    # other systems: the secret in the address is all that counts
    Row(
        "hooks/odoo/<str:secret>/",
        lambda world: {"secret": world.hook_secret},
        method="post",
        nobody=204,
        answers={204},
    ),
    Row(
        "hooks/odoo/<str:secret>/",
        lambda world: {"secret": "guessed"},
        method="post",
        nobody=404,
        answers={404},
    ),
    # accounts
    public("login/"),
    public("inactive/"),
    public("signup/"),
    public("password/reset/"),
    public("password/reset/done/"),
    public("password/reset/key/done/"),
    public(
        "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        kwargs=lambda world: {"uidb36": "1", "key": "not-a-key"},
    ),
    public("logout/", nobody="/", refuses=""),
    # Only the log-in page's script gets the challenge; see tests/suppliers/people/test_log_in.py.
    public("2fa/webauthn/login/", nobody=LOGIN),
    public("2fa/authenticate/", nobody=LOGIN),
    private("reauthenticate/"),
    private("password/change/"),
    private("password/set/"),
    private("2fa/"),
    private("2fa/reauthenticate/"),
    private("2fa/totp/activate/"),
    private("2fa/totp/deactivate/", right="bea"),
    # There is nothing to see before a second factor was set up.
    private("2fa/recovery-codes/", answers={404}),
    private("2fa/recovery-codes/generate/"),
    private("2fa/recovery-codes/download/", answers={404}),
    private("2fa/webauthn/"),
    private("2fa/webauthn/add/"),
    private("2fa/webauthn/reauthenticate/"),
    private("2fa/webauthn/keys/<int:pk>/remove/", kwargs=lambda world: {"pk": 1}, answers=FINE | {404}),
    private("2fa/webauthn/keys/<int:pk>/edit/", kwargs=lambda world: {"pk": 1}, answers=FINE | {404}),
]


def patterns(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, str]]:
    """Every address but the admin's, with the name it is reversed by."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route, entry.name or ""
        elif entry.namespace != "admin":
            space = f"{entry.namespace}:" if entry.namespace else ""
            for inner, name in patterns(entry, route):
                yield inner, space + name


NAMES = dict(patterns())


def proposed(cast: Cast, now: datetime) -> LineAnswer:
    """What Alice proposed for another order: a week later."""
    order = factories.order(cast.acme, cast.northwind, lines=1)
    line = order.lines.get()
    parts = (Part(line.asked_quantity, now.date() + timedelta(days=60), line.asked_price),)
    replies = [LineReply(line.pk, parts)]
    acknowledge_order(order, by=cast.alice, revision=1, replies=replies, submission=uuid4(), at=now)
    return LineAnswer.objects.get(line=line)


@pytest.fixture
def world(cast, order, settings) -> World:
    settings.DEMO = True  # the mail pages exist in the demo only; tests/suppliers/notices shows that
    line = {"label": "x", "quantity": 1, "unit": "Units", "price": 1, "date": None}
    context = {"order": {"number": order.number, "url": "/"}, "lines": [line], "by": "Bea"}
    now = timezone.now()
    notify(order, event="order_new", to=[cast.alice], context=context, at=now, key="k")
    pdf = [Upload("a.pdf", b"%PDF-1.7\n%%EOF")]
    matter = matter_of_order(order)
    message = post_message(matter, by=cast.alice, text="Hello", submission=uuid4(), at=now, files=pdf)
    note = post_message(matter, by=cast.bea, text="Hm", submission=uuid4(), at=now, files=pdf, internal=True)
    return World(
        message=message,
        note=note,
        file=message.attachments.get(),
        file_of_note=note.attachments.get(),
        cast=cast,
        order=order,
        proposal=proposed(cast, now),
        membership=Membership.objects.get(user=cast.rita),
        invitation=invite_person(
            cast.acme, email="nora@example.com", role=Role.SALES, by=cast.olivia, at=now
        ),
        notice=Notice.objects.get(key="k"),
        policy=factories.policy(cast.northwind, cast.ada, "DATE", at=now).policy,
        connection=cast.northwind.connection,
        exception=factories.exception(order),
        alert=Alert.objects.create(
            code="x",
            key="k",
            supplier=cast.acme,
            company=cast.northwind,
            subject_type="purchaseorder",
            subject_id=order.pk,
            sentence="Late.",
            owner_roles=[Role.SALES],
            raised_at=now,
        ),
        comparison=ReconciliationRun.objects.create(
            company=cast.northwind, started_at=now, progress_at=now, finished_at=now
        ),
        closed=factories.closed_days(cast.acme),
        absence=factories.absence(cast.alice, cast.olivia),
        zip=DocumentZip.objects.create(
            by=cast.alice,
            supplier_ids=[cast.acme.pk],
            company_ids=[cast.northwind.pk],
            order_ids=[order.pk],
            state=ZipState.DONE,
            data=b"PK",
            asked_at=now,
        ),
        sheet=take_sheet(
            f"Key,Seen,Reason\n{order.lines.first().pk},s0,Sold out\n".encode(),
            name="answers.csv",
            by=cast.alice,
            at=now,
        ),
        job=draw_up_wish(
            Wish(Operation.DECLINE, reason="Sold out"),
            order.lines.values_list("pk", flat=True),
            by=cast.alice,
            selection="Chosen lines",
            at=now,
        ),
        link_token=issue_link(order, to=cast.alice, at=now).rstrip("/").rsplit("/", 1)[1],
        hook_secret=make_address(cast.northwind.connection, at=now).rstrip("/").rsplit("/", 1)[1],
    )


@pytest.fixture
def ask(world, as_):
    """Return a function that asks a row's address as somebody; an empty name is nobody."""

    def named(who: str) -> User:
        if who == "anna":
            return factories.member(factories.user("Anna"), world.cast.northwind, Role.ADMINISTRATOR)
        if who == "max":
            return factories.member(factories.user("Max"), world.cast.northwind, Role.MANAGER)
        return getattr(world.cast, who)

    def answer(row: Row, who: str, method: str = ""):
        browser = as_(named(who)) if who else Client()
        url = reverse(NAMES[row.route], kwargs=row.kwargs(world))
        return getattr(browser, method or row.method)(url, row.data(world))

    return answer


def rows(*needed: str) -> Any:
    """Parametrize over the rows that name all of these."""
    found = [row for row in MATRIX if all(getattr(row, name) is not None for name in needed)]
    return pytest.mark.parametrize("row", found, ids=lambda row: f"{row.route or '/'} {row.right}")


def test_every_address_is_listed():
    assert {route for route, _ in patterns()} == {row.route for row in MATRIX}


@rows()
def test_nobody_is_sent_to_the_log_in_page(ask, row):
    response = ask(row, "")
    if isinstance(row.nobody, int):
        assert response.status_code == row.nobody
    else:
        assert response.status_code == 302
        assert response.headers["Location"].partition("?")[0] == row.nobody


@rows("stranger")
def test_to_a_stranger_it_does_not_exist(ask, row):
    assert ask(row, row.stranger).status_code == 404


@rows("wrong")
def test_the_wrong_role_may_not(ask, row):
    assert ask(row, row.wrong).status_code == 403


@rows()
def test_the_right_role_may(ask, row):
    response = ask(row, row.right)
    assert response.status_code in row.answers
    if response.status_code == 302 and "accounts/" not in row.route:
        assert not response.headers["Location"].startswith("/accounts/")


@rows()
def test_the_other_method_is_not_allowed(ask, row):
    other = {"get": "post", "post": "get"}[row.method] if row.refuses is None else row.refuses
    if other:
        assert ask(row, row.right, other).status_code == 405


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=str), ids=lambda model: model.__name__)
def test_the_admin_is_for_those_who_run_the_installation(cast, as_, model):
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    assert Client().get(url).headers["Location"].startswith(("/admin/login/", LOGIN))
    for person in (cast.alice, cast.olivia, cast.bea):
        answer = as_(person).get(url, follow=True)
        assert answer.status_code == 403
    assert as_(cast.ada).get(url).status_code == 200
