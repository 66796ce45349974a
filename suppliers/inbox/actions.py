"""What people say about being told: how often, who stands in for them, what they have read."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from suppliers.inbox.delegates import delegates_of
from suppliers.notices.events import Kind
from suppliers.notices.frequency import Frequency, choices_for, recommended
from suppliers.notices.models import Absence, Notice, Preference
from suppliers.people.models import User
from suppliers.refusal import IllegalMove, Problem, Refused

_LONGEST = timedelta(days=366)


class Choice(NamedTuple):
    """How somebody wants to be told of one kind."""

    mail: Frequency
    in_app: bool = True


@transaction.atomic
def choose(user: User, choices: Mapping[Kind, Choice]) -> None:
    """Keep how somebody wants to be told; kinds that are not named stay as they are.

    What equals the recommendation is not kept, so that it follows the recommendation. Raises Refused, naming
    every kind for which a choice does not exist.
    """
    problems = [
        Problem(kind.lower(), choice.mail, f"{kind.label}: one of the offered times is needed")
        for kind, choice in choices.items()
        if choice.mail not in choices_for(kind) or kind == Kind.ACCOUNT
    ]
    if problems:
        raise Refused(problems)
    usual = [kind for kind, choice in choices.items() if choice == Choice(recommended(kind))]
    Preference.objects.visible_to(user).filter(kind__in=usual).delete()
    Preference.objects.bulk_create(
        (
            Preference(user=user, kind=kind, mail=choice.mail, in_app=choice.in_app)
            for kind, choice in choices.items()
            if kind not in usual
        ),
        update_conflicts=True,
        unique_fields=["user", "kind"],
        update_fields=["mail", "in_app"],
    )


@transaction.atomic
def use_recommended(user: User) -> None:
    """Forget what somebody chose."""
    Preference.objects.visible_to(user).delete()


@transaction.atomic
def be_away(user: User, *, delegate: User, first_day: date, last_day: date, today: date) -> Absence:
    """Say that somebody is away and who gets their mail meanwhile. The same twice is one.

    Raises Refused naming every problem: days in the wrong order or past, or an absence on these days already;
    IllegalMove for a colleague who could not act on it.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    known = Absence.objects.visible_to(user)
    same = known.filter(delegate=delegate, first_day=first_day, last_day=last_day).first()
    if same is not None:
        return same
    if delegate not in delegates_of(user):
        raise IllegalMove(f"{delegate} could not act on your mail: choose a colleague with the same right.")
    overlapping = known.filter(first_day__lte=last_day, last_day__gte=first_day).exists()
    if problems := _wrong_days(first_day, last_day, today, overlapping=overlapping):
        raise Refused(problems)
    return Absence.objects.create(user=user, delegate=delegate, first_day=first_day, last_day=last_day)


@transaction.atomic
def be_back(absence: Absence) -> None:
    """End an absence, or take it back before it began. Raises IllegalMove when that was done already."""
    deleted, _ = Absence.objects.filter(pk=absence.pk).delete()
    if not deleted:
        raise IllegalMove("This absence was ended already.")


def mark_read(user: User, *, at: datetime, notice_ids: Collection[int] | None = None) -> int:
    """Mark what the bell shows as read, all of it unless some are named; return how many were not before."""
    mine = Notice.objects.visible_to(user).filter(to_user=user, read_at=None)
    if notice_ids is not None:
        mine = mine.filter(pk__in=notice_ids)
    return mine.update(read_at=at)


def _wrong_days(first_day: date, last_day: date, today: date, *, overlapping: bool) -> list[Problem]:
    if last_day < first_day:
        return [Problem("last_day", last_day.isoformat(), "The last day is not before the first")]
    if last_day < today:
        return [Problem("last_day", last_day.isoformat(), "A day that is still to come is needed")]
    if last_day - first_day > _LONGEST:
        return [Problem("last_day", last_day.isoformat(), "An absence lasts a year at most")]
    if overlapping:
        return [Problem("first_day", first_day.isoformat(), "You are away on some of these days already")]
    return []
