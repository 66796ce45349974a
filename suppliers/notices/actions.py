"""Telling people by mail: called by every action, inside its transaction."""

import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, Protocol

from django.db import transaction

from integrations.odoo.secrets import encrypt
from suppliers.notices.bounces import Bounce
from suppliers.notices.deliveries import message_id, send_account_mail, send_notice
from suppliers.notices.events import event_of
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Notice
from suppliers.notices.rendering import render
from suppliers.tenancy import Sided


class Recipient(Protocol):
    """Somebody with an account here."""

    pk: Any
    email: Any
    name: Any


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

    ``asks`` says whether the reader's side is to answer; by default the event says so (events.py).
    """
    wants_clock = event_of(event).asks if asks is None else asks
    for person in to:
        make_link = partial(private_link_for, person) if private_link_for else None
        told = {**context, "recipient": person.name}
        _write(
            about,
            event,
            told,
            at,
            key,
            email=person.email,
            person=person,
            make_link=make_link,
            wants_clock=wants_clock,
        )


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
    """Write one mail to an address that has no account here yet.

    The template shows ``{{ private_link }}``; it is stored encrypted, apart from the text. A callable is
    asked for it once for a mail that is really written.
    """
    make_link = private_link if callable(private_link) else lambda: private_link
    _write(about, event, context, at, key, email=email, make_link=make_link)


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
    marked = []
    for bounce in bounces:
        if not bounce.is_final or not bounce.message_id:
            continue
        sent = Notice.objects.filter(message_id=bounce.message_id, state=NoticeState.SENT)
        notice = sent.select_for_update(of=("self",)).first()
        if notice is not None:
            notice.state, notice.failed_at = NoticeState.BOUNCED, at
            notice.failure = bounce.failure[:500]
            notice.wants_clock = event_of(notice.event).is_work
            notice.save(update_fields=["state", "failed_at", "failure", "wants_clock"])
            marked.append(notice)
    return marked


def mark_opened(about: About, *, by: Recipient, at: datetime) -> None:
    """Note that somebody has opened what they were told about; the first time counts."""
    mine = Notice.objects.filter(subject_type=about._meta.model_name, subject_id=about.pk, to_user=by.pk)
    mine.filter(opened_at=None).update(opened_at=at)


def _write(
    about: About,
    event: str,
    context: Mapping[str, Any],
    at: datetime,
    key: str,
    *,
    email: str,
    person: Recipient | None = None,
    make_link: Callable[[], str] | None = None,
    wants_clock: bool = False,
) -> None:
    mail = render(event, context, with_private_link=make_link is not None)
    # Callables are asked only when the row is new: a repeated call makes no second link.
    sealed: dict[str, Any] = {"sealed_link": lambda: encrypt(make_link())} if make_link else {}
    notice, created = Notice.objects.get_or_create(
        key=key,
        to_email=email,
        defaults={
            "supplier_id": about.supplier_id,
            "company_id": about.company_id,
            "to_user_id": person.pk if person else None,
            "to_name": person.name if person else "",
            "event": event,
            "subject_type": about._meta.model_name,
            "subject_id": about.pk,
            "message_id": message_id(f"{key} {email}"),
            "wants_clock": wants_clock,
            "subject": mail.subject,
            "text": mail.text,
            "html": mail.html,
            "created_at": at,
            **sealed,
        },
    )
    if created:
        send_notice.enqueue(
            key=f"notice:{notice.pk}",
            document=f"notice:{notice.pk}",
            destination="mail",
            payload={"notice": notice.pk},
        )
