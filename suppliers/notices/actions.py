"""Telling people by mail: called by every action, inside its transaction."""

import json
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, Protocol

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from integrations.odoo.secrets import encrypt
from suppliers.notices.bounces import Bounce
from suppliers.notices.bundles import current_bundle
from suppliers.notices.deliveries import message_id, send_account_mail, send_notice
from suppliers.notices.events import Kind, event_of
from suppliers.notices.folding import fold_into, folded, is_foldable, unsent
from suppliers.notices.frequency import Frequency
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Notice
from suppliers.notices.rendering import render
from suppliers.notices.routing import Recipient, Route, routes
from suppliers.tenancy import Sided


class About(Sided, Protocol):
    """The row a notice is about: a model of a supplier's, a buyer company's, or both's."""

    pk: Any
    _meta: ClassVar[Any]


def notify(
    about: About,
    *,
    event: str,
    to: Iterable[Recipient],
    context: Mapping[str, Any],
    at: datetime,
    key: str,
    private_link_for: Callable[[Recipient], str] | None = None,
    asks: bool | None = None,
) -> None:
    """Write one mail to each person, to be sent after the commit.

    ``about`` is the row it concerns: its supplier and buyer company may see the mail. The same ``key`` (say
    ``order:17:revision:3``) reaches a person once, however often this is called.

    ``private_link_for`` makes the link that lets this one person in without logging in. It is called once for
    each mail that is really written. The template shows ``{{ private_link }}``, which is empty without one;
    the link is stored encrypted, apart from the text, and put in place only while sending.

    ``asks`` says whether the reader's side is to answer; by default the event says so (events.py). Each is
    told as they have chosen (routing.py); at least one mail of those that ask, or remind, goes out at once.
    What was not sent yet may be told in this mail instead (folding.py); what the steps of a job tell goes out
    in one mail at its end (bundles.py).
    """
    known = event_of(event)
    wants_clock = known.asks if asks is None else asks
    must_reach = wants_clock or known.is_about_deadline
    found = _routes(about, known.kind, to, at=at, must_reach=must_reach)
    earlier = unsent(event, about._meta.model_name, about.pk, [route.person.email for route in found])
    for route in found:
        person = route.person
        make_link = partial(private_link_for, person) if private_link_for else None
        told = {**context, "recipient": person.name, "may_choose": known.kind != Kind.ACCOUNT}
        if route.on_behalf_of is not None:
            told["on_behalf_of"] = route.on_behalf_of.name
        letter = Letter(event, told, at, key, person.email, route, make_link, wants_clock=wants_clock)
        _write(about, letter, earlier.get(person.email, []))


def notify_address(
    about: About,
    *,
    event: str,
    email: str,
    context: Mapping[str, Any],
    at: datetime,
    key: str,
    private_link: str | Callable[[], str],
) -> None:
    """Write one mail to an address that has no account here yet; a clock runs on it as on any other.

    The template shows ``{{ private_link }}``; it is stored encrypted, apart from the text. A callable is
    asked for it once for a mail that is really written.
    """
    make_link = private_link if callable(private_link) else lambda: private_link
    earlier = unsent(event, about._meta.model_name, about.pk, [email]).get(email, [])
    asks = event_of(event).asks
    _write(about, Letter(event, context, at, key, email, make_link=make_link, wants_clock=asks), earlier)


def post(*, to: str, subject: str, text: str, html: str = "") -> None:
    """Have a mail sent that concerns somebody's own account and no supplier or company.

    Nobody may read it here, so it is stored encrypted, in the outbox message alone.
    """
    key = f"account:{uuid.uuid4()}"
    sealed = encrypt(json.dumps({"to": to, "subject": subject, "text": text, "html": html}))
    with transaction.atomic():
        send_account_mail.enqueue(key=key, document=key, destination="mail", payload={"sealed": sealed})


@transaction.atomic
def take_bounces(bounces: Iterable[Bounce], *, at: datetime) -> list[Notice]:
    """Mark the mails that came back for good and return them; the same report twice marks nothing twice.

    A clock that ran from such a mail is looked at again (see orders/deadlines).
    """
    marked: list[Notice] = []
    for bounce in bounces:
        if bounce.is_final and bounce.message_id:
            of_mail = Q(message_id=bounce.message_id, digest=None) | Q(digest__message_id=bounce.message_id)
            sent = Notice.objects.filter(of_mail, state=NoticeState.SENT)
            marked += [_come_back(one, bounce, at) for one in sent.select_for_update(of=("self",))]
    return marked


def _come_back(notice: Notice, bounce: Bounce, at: datetime) -> Notice:
    notice.state, notice.failed_at = NoticeState.BOUNCED, at
    notice.failure = bounce.failure[:500]
    notice.wants_clock = event_of(notice.event).is_work
    notice.save(update_fields=["state", "failed_at", "failure", "wants_clock"])
    return notice


def mark_opened(about: About, *, by: Recipient, at: datetime) -> None:
    """Note that somebody has opened what they were told about; the first time counts."""
    mine = Notice.objects.filter(subject_type=about._meta.model_name, subject_id=about.pk, to_user=by.pk)
    mine.filter(opened_at=None).update(opened_at=at, read_at=Coalesce("read_at", at))


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail before it is written; without a route it goes to an address that nobody here has."""

    event: str
    context: Mapping[str, Any]
    at: datetime
    key: str
    email: str
    route: Route | None = None
    make_link: Callable[[], str] | None = None
    wants_clock: bool = False

    @property
    def state(self) -> NoticeState:
        """How it begins: on its way, waiting for others, or in the portal alone."""
        if self.route is None or self.route.mail == Frequency.LIVE:
            return NoticeState.WAITING
        return NoticeState.SILENT if self.route.mail == Frequency.NEVER else NoticeState.COLLECTED

    def reader(self) -> dict[str, Any]:
        """Return what the notice keeps of its reader, and of how they want to be told."""
        if self.route is None:
            return {"in_app": False}
        person, absent = self.route.person, self.route.on_behalf_of
        return {
            "to_user_id": person.pk,
            "to_name": person.name,
            "on_behalf_of_id": absent.pk if absent else None,
            "frequency": self.route.mail,
            "in_app": self.route.in_app and event_of(self.event).in_app,
        }


def _routes(
    about: About, kind: Kind, to: Iterable[Recipient], *, at: datetime, must_reach: bool
) -> list[Route]:
    """Return how these people are told; within a bundle the same question is asked once."""
    bundle = current_bundle()
    if bundle is None:
        return routes(about, kind, to, at=at, must_reach=must_reach)
    people = list(to)
    question = (about.supplier_id, about.company_id, kind, must_reach, *(person.pk for person in people))
    if question not in bundle.routes:
        bundle.routes[question] = routes(about, kind, people, at=at, must_reach=must_reach)
    return bundle.routes[question]


def _write(about: About, letter: Letter, earlier: Sequence[Notice]) -> None:
    event, context = letter.event, letter.context
    if earlier:
        event, context = folded(event, context, earlier)
    make_link = letter.make_link
    mail = render(event, context, with_private_link=make_link is not None)
    bundle = current_bundle() if letter.route else None
    fields = {
        "supplier_id": about.supplier_id,
        "company_id": about.company_id,
        "event": event,
        "subject_type": about._meta.model_name,
        "subject_id": about.pk,
        "message_id": message_id(f"{letter.key} {letter.email}"),
        "wants_clock": letter.wants_clock,
        "state": letter.state,
        "changes": list(context.get("changes", ())) if bundle or is_foldable(event) else [],
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "created_at": letter.at,
        **letter.reader(),
    }
    if bundle:
        link = encrypt(make_link()) if make_link else ""
        bundle.take(Notice(key=letter.key, to_email=letter.email, sealed_link=link, **fields))
        return
    # Callables are asked only when the row is new: a repeated call makes no second link.
    sealed: dict[str, Any] = {"sealed_link": lambda: encrypt(make_link())} if make_link else {}
    notice, created = Notice.objects.get_or_create(
        key=letter.key, to_email=letter.email, defaults=fields | sealed
    )
    if created:
        if earlier:
            fold_into(notice, earlier)
        if notice.state == NoticeState.WAITING:
            send_notice.enqueue(
                key=f"notice:{notice.pk}",
                document=f"notice:{notice.pk}",
                destination="mail",
                payload={"notice": notice.pk},
            )
