"""Digests: what was collected for somebody goes out in one mail at its time, sorted by what is to be done."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from suppliers.calendars.lookup import calendar_of
from suppliers.calendars.rules import USUAL_WEEK, Calendar
from suppliers.inbox.deliveries import send_digest
from suppliers.inbox.slots import latest_slot, zone_of
from suppliers.inbox.work import Work, work_of
from suppliers.notices.deliveries import message_id
from suppliers.notices.frequency import Frequency
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Digest, Notice
from suppliers.notices.rendering import render
from suppliers.people.models import User

logger = logging.getLogger(__name__)

# A digest names so many things of a kind; its button leads to all of them.
_MOST = 40


@dataclass(slots=True)
class Group:
    """Things that take the same action, and how many more there are than are named."""

    work: Work
    notices: list[Notice] = field(default_factory=list)

    @property
    def shown(self) -> list[Notice]:
        """Those that are named."""
        return self.notices[:_MOST]

    @property
    def more(self) -> int:
        """How many are not."""
        return max(0, len(self.notices) - _MOST)


def send_digests(*, now: datetime) -> int:
    """Write the digests that are due; return how many. One that fails does not hold up the others."""
    people = User.objects.filter(pk__in=_collected().values("to_user"), is_active=True)
    written = 0
    for user in people.order_by("pk"):
        try:
            written += write_digest(user, now=now)
        except Exception:
            logger.exception("The digest of %s could not be written.", user.pk)
    return written


@transaction.atomic
def write_digest(user: User, *, now: datetime) -> bool:
    """Write one mail about everything whose time has come for this person; return whether there was any.

    Each notice goes out once: it is held while the mail is written, and a second run finds it taken.
    """
    slots = _slots(user, now)
    rows = _collected().filter(to_user=user).order_by("pk").select_for_update(of=("self",), skip_locked=True)
    due = [notice for notice in rows if (slot := slots[notice.frequency]) and notice.created_at < slot]
    if not due:
        return False
    # What its reader has opened meanwhile is no news; but a clock that waits for its delivery must begin.
    seen = [notice for notice in due if notice.opened_at and not notice.wants_clock]
    Notice.objects.filter(pk__in=[notice.pk for notice in seen]).update(state=NoticeState.SILENT)
    news = [notice for notice in due if notice not in seen]
    if not news:
        return False
    digest = _write(user, news, slots, now)
    Notice.objects.filter(pk__in=[notice.pk for notice in news]).update(digest=digest)
    send_digest.enqueue(
        key=f"digest:{digest.pk}",
        document=f"digest:{digest.pk}",
        destination="mail",
        payload={"digest": digest.pk},
    )
    return True


def grouped(notices: Iterable[Notice]) -> list[Group]:
    """Return notices by what is to be done about them, the most pressing first."""
    found: dict[Work, Group] = {}
    for notice in notices:
        work = work_of(notice.event)
        found.setdefault(work, Group(work)).notices.append(notice)
    return [found[work] for work in sorted(found, key=lambda work: work.rank)]


def _collected() -> QuerySet[Notice]:
    return Notice.objects.filter(state=NoticeState.COLLECTED, digest=None, to_user__isnull=False)


def _slots(user: User, now: datetime) -> dict[str, datetime | None]:
    calendar = _calendar(user)
    found: dict[str, datetime | None] = defaultdict(lambda: now)
    return found | {one: latest_slot(one, calendar, now) for one in Frequency.collected()}


def _calendar(user: User) -> Calendar:
    """Return when this person works: as their supplier does, otherwise an ordinary week where they live."""
    member = user.memberships.filter(supplier__isnull=False).select_related("supplier").order_by("pk").first()
    if member is not None and member.supplier is not None:
        return calendar_of(member.supplier)
    return Calendar(zone_of(user.time_zone), USUAL_WEEK)


def _write(user: User, news: Sequence[Notice], slots: dict[str, datetime | None], now: datetime) -> Digest:
    frequency = news[-1].frequency
    slot = max(at for notice in news if (at := slots[notice.frequency]))
    mail = render("digest", _context(user, news))
    return Digest.objects.create(
        user=user,
        frequency=frequency,
        slot_at=slot,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        message_id=message_id(f"digest {user.pk} {frequency} {slot.isoformat()} {news[0].pk}"),
        created_at=now,
    )


def _context(user: User, news: Sequence[Notice]) -> dict[str, Any]:
    return {"recipient": user.name, "groups": grouped(news), "count": len(news), "may_choose": True}
