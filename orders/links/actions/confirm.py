"""A device's first use: a code goes to the address the link was sent to, and comes back typed."""

from datetime import datetime
from enum import Enum

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac

from orders.links.mail import reader_name, send_code_mail
from orders.links.models import AnswerLink, LinkCode
from orders.links.rules import (
    CODE_LIFE,
    CODE_TRIES,
    CODES_OF_A_LINK,
    CODES_TO_AN_ADDRESS,
    Limit,
    new_code,
    typed_code,
)
from suppliers.journal.actions import Happening, note
from suppliers.journal.models import Channel
from suppliers.people.models import User


class CodeCheck(Enum):
    """What became of a code that was typed."""

    RIGHT = "right"
    WRONG = "wrong"
    SPENT = "spent"  # typed wrong too often
    EXPIRED = "expired"
    NONE = "none"  # none was sent, or it was used


@transaction.atomic
def send_code(link: AnswerLink, *, to: User, at: datetime) -> datetime | None:
    """Mail the reader a new code, which replaces earlier ones.

    Returns None when it is on its way; otherwise the time from which the next one may be sent.
    """
    link = _hold(link)
    free_at = max(
        _free_at(CODES_OF_A_LINK, {"link": link}, at), _free_at(CODES_TO_AN_ADDRESS, {"email": to.email}, at)
    )
    if free_at > at:
        return free_at
    digits = new_code()
    code = LinkCode.objects.create(
        supplier_id=link.supplier_id,
        company_id=link.company_id,
        link=link,
        email=to.email,
        digest=_digest(link, digits),
        sent_at=at,
        expires_at=at + CODE_LIFE,
    )
    send_code_mail(code, digits, to=to)
    return None


@transaction.atomic
def confirm_device(link: AnswerLink, *, typed: str, by: User, at: datetime) -> CodeCheck:
    """Hold what was typed against the newest code. Every try counts, so nothing is raised: all is saved."""
    link = _hold(link)
    code = LinkCode.objects.filter(link=link).order_by("-sent_at", "-pk").first()
    if (obstacle := _obstacle(code, at)) is not None or code is None:
        return obstacle or CodeCheck.NONE
    digits = typed_code(typed)
    code.tries += 1
    if not (digits and constant_time_compare(code.digest, _digest(link, digits)) and code.email == by.email):
        code.save(update_fields=["tries"])
        return CodeCheck.WRONG if code.tries < CODE_TRIES else CodeCheck.SPENT
    code.used_at = at
    code.save(update_fields=["tries", "used_at"])
    # The look that led here was the reader's own.
    AnswerLink.objects.filter(pk=link.pk, glances__gt=0).update(glances=F("glances") - 1)
    sentence = f"{reader_name(link, by)} confirmed a device with a code from their mailbox."
    note(
        link.order,
        Happening("link.device_confirmed", sentence),
        by=by if by.pk else None,
        at=at,
        channel=Channel.LINK,
        actor_name=reader_name(link, by),
    )
    return CodeCheck.RIGHT


def forget_codes(*, before: datetime) -> int:
    """Delete the codes sent before a time and return how many there were."""
    return LinkCode.objects.filter(sent_at__lt=before).delete()[0]


def tries_left(code: LinkCode) -> int:
    """Return how often a code may still be typed."""
    return max(0, CODE_TRIES - code.tries)


def _obstacle(code: LinkCode | None, at: datetime) -> CodeCheck | None:
    if code is None or code.used_at is not None:
        return CodeCheck.NONE
    if code.tries >= CODE_TRIES:
        return CodeCheck.SPENT
    return CodeCheck.EXPIRED if at >= code.expires_at else None


def _free_at(limit: Limit, whose: dict[str, object], at: datetime) -> datetime:
    sent = LinkCode.objects.filter(sent_at__gt=at - limit.memory, **whose).values_list("sent_at", flat=True)
    return limit.free_at(list(sent), now=at)


def _hold(link: AnswerLink) -> AnswerLink:
    """Let one request follow the other: tries and mails are counted, and two at once must not pass."""
    rows = AnswerLink.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("order__company", "order__supplier", "invitation").get(pk=link.pk)


def _digest(link: AnswerLink, digits: str) -> str:
    return salted_hmac("orders.links.code", f"{link.pk}:{digits}", algorithm="sha256").hexdigest()
