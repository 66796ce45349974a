"""Who is told at each step: the supplier's contacts in their order, the buyer, and the buyer's manager."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from orders.deadlines.lifecycle import StepCode
from orders.deadlines.models import Deadline
from suppliers.notices.addresses import unreachable
from suppliers.people.models import Invitation, Membership, Role, User

_BUYING = (Role.BUYER, Role.MANAGER, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who was invited to answer for the supplier and has no account yet: a link lets them in."""

    invitation: Invitation

    @property
    def email(self) -> str:
        """Where the invitation went."""
        return self.invitation.email

    def __str__(self) -> str:
        return self.email


Contact = User | Guest
SomeContact = TypeVar("SomeContact", User, Guest)


@dataclass(slots=True)
class People:
    """Those who may be told of an order: the supplier's contacts in order, the buyer's side by role."""

    contacts: list[User] = field(default_factory=list)
    guests: list[Guest] = field(default_factory=list)
    buyers: dict[str, list[User]] = field(default_factory=lambda: defaultdict(list))
    unreachable: frozenset[str] = frozenset()

    def first(self, chosen: int | None) -> Contact | None:
        """The first contact: the one that was chosen, the first that sells, an owner, whoever is invited."""
        people = self._reached(self.contacts)
        chosen_one = next((one for one in people if one.pk == chosen), None)
        everybody: list[Contact] = [*people, *self._reached(self.guests)]
        return chosen_one or next(iter(everybody), None)

    def second(self, chosen: int | None) -> Contact | None:
        """The second contact: an owner before another who sells, and those before somebody invited."""
        first = self.first(chosen)
        others = [one for one in self._reached(self.contacts) if one != first]
        guests = [one for one in self._reached(self.guests) if one != first]
        everybody: list[Contact] = [*others[-1:], *guests]
        return next(iter(everybody), None)

    def _reached(self, people: Sequence[SomeContact]) -> list[SomeContact]:
        """Keep those whose mail does not come back."""
        return [person for person in people if person.email not in self.unreachable]

    def buyer(self, name: str) -> list[User]:
        """Whoever Odoo names as the order's buyer; all who buy when that is nobody here."""
        buyers = self.buyers[Role.BUYER] or self.buyers[Role.MANAGER] or self.buyers[Role.ADMINISTRATOR]
        return [one for one in buyers if one.name == name] or buyers

    @property
    def managers(self) -> list[User]:
        """Who is above the buyer."""
        return self.buyers[Role.MANAGER] or self.buyers[Role.ADMINISTRATOR]


def told_at(code: str, deadline: Deadline, people: People) -> Sequence[Contact]:
    """Return who is to be told at a step."""
    match code:
        case StepCode.BUYER:
            return people.buyer(deadline.order.buyer_name)
        case StepCode.MANAGER:
            return people.managers
        case StepCode.BACKUP:
            found = people.second(deadline.contact_id)
        case _:
            found = people.first(deadline.contact_id)
    return [found] if found else []


def people_of(deadlines: Collection[Deadline], *, at: datetime) -> Mapping[int, People]:
    """Return the people of each deadline at a moment, by its key: four queries for however many."""
    suppliers = {deadline.supplier_id for deadline in deadlines}
    contacts, guests = _contacts(suppliers), _guests(suppliers, at)
    buyers = _buyers({deadline.company_id for deadline in deadlines})
    addresses = {person.email for people in contacts.values() for person in people}
    addresses |= {guest.email for people in guests.values() for guest in people}
    bad = unreachable(addresses)
    return {
        deadline.pk: People(
            contacts[deadline.supplier_id],
            # Whom one buyer invited hears of that buyer's orders only.
            [
                guest
                for guest in guests[deadline.supplier_id]
                if guest.invitation.company_id in {None, deadline.company_id}
            ],
            buyers[deadline.company_id],
            bad,
        )
        for deadline in deadlines
    }


def _guests(suppliers: Collection[int], at: datetime) -> dict[int, list[Guest]]:
    found: dict[int, list[Guest]] = defaultdict(list)
    for invitation in Invitation.objects.answering_for(suppliers, at=at).order_by("pk"):
        if invitation.supplier_id is not None:
            found[invitation.supplier_id].append(Guest(invitation))
    return found


def _contacts(suppliers: Iterable[int]) -> dict[int, list[User]]:
    found: dict[int, list[User]] = defaultdict(list)
    for row in ranked(Membership.objects.answering_orders_of(*suppliers).select_related("user")):
        if row.supplier_id is not None:
            found[row.supplier_id].append(row.user)
    return found


def ranked(rows: Iterable[Membership]) -> Sequence[Membership]:
    """Return memberships in the order in which they are turned to: who sells first, owners last."""
    return sorted(rows, key=lambda row: (row.role == Role.OWNER, row.pk))


def _buyers(companies: Iterable[int]) -> dict[int, dict[str, list[User]]]:
    found: dict[int, dict[str, list[User]]] = defaultdict(lambda: defaultdict(list))
    rows = Membership.objects.filter(company__in=companies, role__in=_BUYING, user__is_active=True)
    for row in rows.select_related("user").order_by("pk"):
        if row.company_id is not None:
            found[row.company_id][row.role].append(row.user)
    return found
