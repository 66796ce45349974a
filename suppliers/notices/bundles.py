"""What the steps of one job tell is held for one mail to each person; suppliers/inbox/bundles.py sends it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from suppliers.notices.deliveries import message_id
from suppliers.notices.frequency import Frequency
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Digest, Notice
from suppliers.notices.routing import Route


@dataclass(slots=True)
class Bundle:
    """Notices of one job. ``began_at`` is when the job began: by it the mails of a job are found again."""

    began_at: datetime
    notices: list[Notice] = field(default_factory=list)
    # How people are told, once asked for: a job asks for the same people again and again.
    routes: dict[Any, list[Route]] = field(default_factory=dict)

    def take(self, notice: Notice) -> None:
        """Hold a notice; what would be mailed at once waits for the one mail."""
        if notice.state == NoticeState.WAITING:
            notice.state = NoticeState.COLLECTED
        self.notices.append(notice)

    def store(self) -> None:
        """Write the notices down, those to be mailed with the one mail of their reader: a few statements."""
        mailed = [notice for notice in self.notices if _waits_for_the_end(notice)]
        mails = self._mails({notice.to_user_id or 0 for notice in mailed})
        for notice in mailed:
            notice.digest_id = mails.get(notice.to_user_id or 0)
        Notice.objects.bulk_create(self.notices, ignore_conflicts=True)

    def _mails(self, readers: Iterable[int]) -> dict[int, int]:
        """Return by reader the mail that is to tell them; made where this job had nothing for them before."""
        began = self.began_at
        Digest.objects.bulk_create(
            (
                Digest(
                    user_id=reader,
                    frequency=Frequency.LIVE,
                    slot_at=began,
                    message_id=message_id(f"bundle {reader} {began.isoformat()}"),
                    created_at=began,
                )
                for reader in readers
            ),
            ignore_conflicts=True,
        )
        found = open_bundles(began).filter(user__in=readers)
        return dict(found.values_list("user_id", "pk"))


_current: ContextVar[Bundle | None] = ContextVar("bundle", default=None)


@contextmanager
def bundled(began_at: datetime) -> Iterator[None]:
    """Hold what would be mailed at once to people here; inside the transaction of what they are told about.

    What they chose to be told later, or not by mail, stays as they chose.
    """
    bundle = Bundle(began_at)
    token = _current.set(bundle)
    try:
        yield
    finally:
        _current.reset(token)
    if bundle.notices:
        bundle.store()


def current_bundle() -> Bundle | None:
    """Return what holds notices at this moment, if anything does."""
    return _current.get()


def open_bundles(began_at: datetime) -> Any:
    """Return the mails of a job that are not written yet, as a queryset of Digest."""
    return Digest.objects.filter(frequency=Frequency.LIVE, slot_at=began_at, subject="", sent_at=None)


def _waits_for_the_end(notice: Notice) -> bool:
    return notice.state == NoticeState.COLLECTED and notice.frequency == Frequency.LIVE
