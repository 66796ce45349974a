"""One mail, not two: what was not sent yet is told in the mail about what came after it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Notice

# What may be told in a later mail: to somebody who was not told of the order yet, a change is no change.
_FOLDS = {"order_changed": ("order_new", "order_changed")}
_NEW = "order_new"

Change = Mapping[str, Any]


def is_foldable(event: str) -> bool:
    """Whether mails of this event may be folded into others, so that what they say must be kept."""
    return event in {one for family in _FOLDS.values() for one in family}


def unsent(
    event: str, subject_type: str, subject_id: Any, addresses: Iterable[str]
) -> dict[str, list[Notice]]:
    """Return, by address, the notices that a new one of this event takes in, and hold them.

    A mail that is being sent at this moment is no longer among them.
    """
    if event not in _FOLDS:
        return {}
    found: dict[str, list[Notice]] = defaultdict(list)
    rows = Notice.objects.filter(
        subject_type=subject_type,
        subject_id=subject_id,
        to_email__in=list(addresses),
        event__in=_FOLDS[event],
        state__in=[NoticeState.WAITING, NoticeState.COLLECTED],
        digest=None,
    )
    for notice in rows.order_by("pk").select_for_update(of=("self",)):
        found[notice.to_email].append(notice)
    return found


def folded(event: str, context: Mapping[str, Any], earlier: Sequence[Notice]) -> tuple[str, dict[str, Any]]:
    """Return the event and the context of the one mail.

    ``context["all_lines"]``, a function, is asked for the lines as they are now when the order is news.
    """
    told = dict(context)
    if any(notice.event == _NEW for notice in earlier):
        all_lines = told.get("all_lines")
        return _NEW, told | {"changes": []} | (all_lines() if all_lines else {})
    changes = [change for notice in earlier for change in notice.changes]
    return event, told | {"changes": merged([*changes, *told.get("changes", ())])}


def merged(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Return changes one after the other as one each: from the first old value to the last new one.

    What is back where it was is no change.
    """
    found: dict[tuple[Any, Any], dict[str, Any]] = {}
    for change in changes:
        key = change.get("label"), change.get("field")
        found[key] = dict(change) | {"old": found[key]["old"] if key in found else change.get("old")}
    return [change for change in found.values() if change.get("old") != change.get("new")]


def fold_into(notice: Notice, earlier: Sequence[Notice]) -> None:
    """Mark what is told in this one instead; inside the caller's transaction."""
    rows = Notice.objects.filter(pk__in=[one.pk for one in earlier])
    rows.update(state=NoticeState.FOLDED, folded_into=notice, wants_clock=False)
