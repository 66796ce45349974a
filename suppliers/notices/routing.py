"""How each reader is told: by mail at once, in a digest or not at all, and who stands in for whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import Q

from suppliers.notices.events import Kind
from suppliers.notices.frequency import Frequency, recommended
from suppliers.notices.models import Absence, Preference
from suppliers.tenancy import Sided

_DAY = timedelta(days=1)


class Recipient(Protocol):
    """Somebody with an account here."""

    pk: Any
    email: Any
    name: Any
    time_zone: Any
    is_active: Any

    def may_stand_in_for(self, other: Any, row: Sided) -> bool:
        """Whether they may do, about a row, what somebody else does."""
        ...


@dataclass(frozen=True, slots=True)
class Route:
    """One person, when their mail goes, and whether the bell shows it."""

    person: Recipient
    mail: Frequency = Frequency.LIVE
    in_app: bool = True
    on_behalf_of: Recipient | None = None


def routes(
    about: Sided, kind: Kind, to: Iterable[Recipient], *, at: datetime, must_reach: bool
) -> list[Route]:
    """Return how each of these people is told of something that concerns *about*.

    Who is away is told here only; a colleague with the same right gets the mail. With *must_reach* at least
    one mail goes out at once, whatever everybody has chosen: a deadline runs on it.
    """
    people = {person.pk: person for person in to}
    if kind == Kind.ACCOUNT:
        return [Route(person) for person in people.values()]
    stand_ins = _stand_ins(about, people, at)
    chosen = _chosen(kind, [*people, *(person.pk for person in stand_ins.values())])
    found = []
    for person in people.values():
        in_app = chosen[person.pk].in_app if person.pk in chosen else True
        if person.pk not in stand_ins:
            found.append(Route(person, _mail(chosen.get(person.pk), kind), in_app))
            continue
        found.append(Route(person, Frequency.NEVER, in_app))
        stand_in = stand_ins[person.pk]
        if stand_in.pk not in people and all(route.person.pk != stand_in.pk for route in found):
            found.append(Route(stand_in, _mail(chosen.get(stand_in.pk), kind), on_behalf_of=person))
    return _reaching(found, set(stand_ins)) if must_reach else found


def _mail(chosen: Preference | None, kind: Kind) -> Frequency:
    return Frequency(chosen.mail) if chosen else recommended(kind)


def _reaching(found: Sequence[Route], away: set[Any]) -> list[Route]:
    """Turn the first one's mail on when nobody would get any; who is away comes last."""
    if not found or any(route.mail != Frequency.NEVER for route in found):
        return list(found)
    first = min(found, key=lambda route: route.person.pk in away)
    return [replace(route, mail=Frequency.LIVE) if route is first else route for route in found]


def _chosen(kind: Kind, user_ids: Iterable[Any]) -> dict[Any, Preference]:
    rows = Preference.objects.filter(user__in=set(user_ids), kind=kind)
    return {row.user_id: row for row in rows}


def _stand_ins(about: Sided, people: dict[Any, Any], at: datetime) -> dict[Any, Recipient]:
    """Return who gets the mail of those who are away: active, here, and with the same right."""
    absences = _absences(people, at)
    if not absences:
        return {}
    delegates = {absence.delegate_id: absence.delegate for absence in absences.values()}
    also_away = _absences(delegates, at)
    return {
        user: absence.delegate
        for user, absence in absences.items()
        if absence.delegate.is_active
        and absence.delegate_id not in also_away
        and absence.delegate.may_stand_in_for(people[user], about)
    }


def _absences(people: dict[Any, Any], at: datetime) -> dict[Any, Absence]:
    """Return the absence of each that is away on the day it is where they live; one query."""
    # Anywhere on earth it is yesterday, today or tomorrow.
    around = Q(first_day__lte=at.date() + _DAY, last_day__gte=at.date() - _DAY)
    rows = Absence.objects.filter(around, user__in=people).select_related("delegate").order_by("pk")
    return {
        row.user_id: row
        for row in rows
        if row.first_day <= _day_of(at, people[row.user_id].time_zone) <= row.last_day
    }


def _day_of(at: datetime, zone: str) -> date:
    try:
        return at.astimezone(ZoneInfo(zone)).date()
    except (ZoneInfoNotFoundError, ValueError):
        return at.date()
