"""Who is told at each step: the supplier's contacts in their order, the buyer, and the buyer's manager."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from orders.deadlines.lifecycle import StepCode
from orders.deadlines.models import Deadline
from suppliers.notices.addresses import unreachable
from suppliers.people.models import Membership, Role, User

_BUYING = (Role.BUYER, Role.MANAGER, Role.ADMINISTRATOR)


@dataclass(slots=True)
class People:
    """Those who may be told of an order: the supplier's contacts in order, the buyer's side by role."""

    contacts: list[User] = field(default_factory=list)
    buyers: dict[str, list[User]] = field(default_factory=lambda: defaultdict(list))
    unreachable: frozenset[str] = frozenset()

    @property
    def reachable(self) -> list[User]:
        """The contacts whose mail does not come back."""
        return [person for person in self.contacts if person.email not in self.unreachable]

    def first(self, chosen: int | None) -> User | None:
        """The first contact: the one that was chosen, or the first that sells, or an owner."""
        people = self.reachable
        return next((one for one in people if one.pk == chosen), None) or next(iter(people), None)

    def second(self, chosen: int | None) -> User | None:
        """The second contact: an owner before another who sells."""
        first = self.first(chosen)
        others = [one for one in self.reachable if one != first]
        return others[-1] if others else None

    def buyer(self, name: str) -> list[User]:
        """Whoever Odoo names as the order's buyer; all who buy when that is nobody here."""
        buyers = self.buyers[Role.BUYER] or self.buyers[Role.MANAGER] or self.buyers[Role.ADMINISTRATOR]
        return [one for one in buyers if one.name == name] or buyers

    @property
    def managers(self) -> list[User]:
        """Who is above the buyer."""
        return self.buyers[Role.MANAGER] or self.buyers[Role.ADMINISTRATOR]


def told_at(code: str, deadline: Deadline, people: People) -> list[User]:
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


def people_of(deadlines: Collection[Deadline]) -> Mapping[int, People]:
    """Return the people of each deadline, by its key: three queries for however many."""
    contacts = _contacts({deadline.supplier_id for deadline in deadlines})
    buyers = _buyers({deadline.company_id for deadline in deadlines})
    addresses = {person.email for people in contacts.values() for person in people}
    bad = unreachable(addresses)
    return {
        deadline.pk: People(contacts[deadline.supplier_id], buyers[deadline.company_id], bad)
        for deadline in deadlines
    }


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
