"""Reading notices: a page at a time, and what became of each."""

from collections.abc import Sequence

from django.db.models import QuerySet

from integrations.outbox.models import OutboxMessage
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Notice


def page_of(notices: QuerySet[Notice], *, before: int | None, size: int) -> tuple[list[Notice], int | None]:
    """Return one page, newest first, and the key that asks for the next one (None: there is none).

    ``before`` is the key of the page wanted: a page far back costs what the first one does.
    """
    if before is not None:
        notices = notices.filter(pk__lt=before)
    rows = list(notices.order_by("-pk")[: size + 1])
    return rows[:size], rows[size - 1].pk if len(rows) > size else None


def states_of(notices: Sequence[Notice]) -> list[str]:
    """Say for each notice whether it was sent, or what keeps it; one query for all."""
    waiting = OutboxMessage.objects.filter(
        topic="notice.mail",
        key__in=[f"notice:{notice.pk}" for notice in notices if notice.state == NoticeState.WAITING],
    )
    kept = {message.key: message for message in waiting}
    return [_state_of(notice, kept.get(f"notice:{notice.pk}")) for notice in notices]


def _state_of(notice: Notice, kept: OutboxMessage | None) -> str:
    if notice.failure:
        return f"{notice.get_state_display()}: {notice.failure}"
    if kept is None:
        return notice.get_state_display()
    return f"{kept.get_status_display()}: {kept.reason}" if kept.reason else kept.get_status_display()
