"""Who may look at the integration desk, who may act there, and which messages and connections are theirs."""

from collections import defaultdict
from functools import cached_property

from django.core.exceptions import PermissionDenied
from django.db.models import BigIntegerField, Case, Exists, OuterRef, Q, QuerySet, When
from django.db.models.functions import Cast, Substr

from integrations.odoo.models import OdooConnection
from integrations.outbox.models import OutboxMessage
from orders.purchasing.models import PurchaseOrder
from suppliers.people.models import BuyerCompany, Membership, Role, User

ACT = frozenset({Role.ADMINISTRATOR})
LOOK = ACT | {Role.MANAGER}

ORDER = "purchase_order:"
# Documents that belong to an order; their names end in its key.
OF_ORDER = (ORDER, "order_messages:")
ODOO = "odoo:"


class Desk:
    """What one person sees of the integration desk. Superusers run the installation and see everything."""

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def may_look(self) -> bool:
        """Whether this person has a desk at all."""
        return self.user.is_superuser or bool(self._companies(LOOK))

    @cached_property
    def may_act(self) -> bool:
        """Whether this person may act on anything of theirs."""
        return self.user.is_superuser or bool(self._companies(ACT))

    def require(self) -> None:
        """Raise PermissionDenied, with a sentence for the person, unless they have a desk."""
        if not self.may_look:
            raise PermissionDenied("This takes the role of an administrator or a manager of the buying side.")

    def require_acting(self) -> None:
        """Raise PermissionDenied, with a sentence for the person, unless they may act at all."""
        if not self.may_act:
            raise PermissionDenied("Only administrators of the buying side may do this; managers may look.")

    def require_running(self, connection: OdooConnection) -> None:
        """Raise PermissionDenied unless this person administers every company behind a connection."""
        if not self.may_run(connection):
            raise PermissionDenied("This takes an administrator of every company behind the connection.")

    def require_within(self, allowed: QuerySet[OutboxMessage], message: OutboxMessage) -> None:
        """Raise PermissionDenied unless a message, known to this person, is among those allowed."""
        if not self.user.is_superuser and not allowed.filter(pk=message.pk).exists():
            raise PermissionDenied("Your role towards this company does not allow this.")

    def messages(self) -> QuerySet[OutboxMessage]:
        """What this person may look at, out of everything that ever failed."""
        return self._messages(LOOK)

    def own_messages(self) -> QuerySet[OutboxMessage]:
        """What this person may act on."""
        return self._messages(ACT)

    def known_messages(self) -> QuerySet[OutboxMessage]:
        """Messages of the companies this person works for, in whatever role: others do not exist to them."""
        return self._messages(frozenset(Role))

    def connections(self) -> QuerySet[OdooConnection]:
        """The connections of the companies for which this person may look."""
        return self._connections(LOOK)

    def known_connections(self) -> QuerySet[OdooConnection]:
        """The connections of the companies this person works for, in whatever role."""
        return self._connections(frozenset(Role))

    def require_looking_at(self, connection: OdooConnection) -> None:
        """Raise PermissionDenied unless this person may look for one of the companies behind a connection."""
        if not self.user.is_superuser and connection.pk not in self._connection_ids(LOOK):
            raise PermissionDenied("Your role towards these companies does not allow this.")

    def may_run(self, connection: OdooConnection) -> bool:
        """Whether this person administers every company behind a connection: pausing stops all of them."""
        return self.user.is_superuser or connection.pk in self._wholly_mine(ACT)

    def people(self) -> list[User]:
        """To whom this person may hand an exception over: administrators of the same companies."""
        mine = self._companies(ACT)
        colleagues = Membership.objects.visible_to(self.user).filter(
            company__in=mine, role__in=ACT, user__is_active=True
        )
        found = {row.user_id: row.user for row in colleagues.select_related("user").order_by("user__name")}
        return list(({self.user.pk: self.user} | found).values())

    def _messages(self, roles: frozenset[Role]) -> QuerySet[OutboxMessage]:
        messages = OutboxMessage.objects.filter(troubled_at__isnull=False)
        if self.user.is_superuser:
            return messages
        companies = self._companies(roles)
        destinations = [f"{ODOO}{pk}" for pk in sorted(self._connection_ids(roles))]
        wholly = [f"{ODOO}{pk}" for pk in sorted(self._wholly_mine(roles))]
        # An order belongs to one company; what has no order belongs to all behind the connection together.
        # The number is cut out only where there is one, whatever else documents may be called.
        order_pk = Case(
            *(
                When(
                    document__regex=rf"^{name}[0-9]{{1,18}}$",
                    then=Cast(Substr("document", len(name) + 1), BigIntegerField()),
                )
                for name in OF_ORDER
            )
        )
        of_orders = Q(*(Q(document__startswith=name) for name in OF_ORDER), _connector=Q.OR)
        mine = PurchaseOrder.objects.visible_to(self.user).filter(company_id__in=companies)
        return (
            messages.filter(destination__in=destinations)
            .alias(order_pk=order_pk)
            .filter(Q(Exists(mine.filter(pk=OuterRef("order_pk")))) | Q(destination__in=wholly) & ~of_orders)
        )

    def _companies(self, roles: frozenset[Role]) -> set[int]:
        return {m.company_id for m in self.user.active_memberships if m.company_id and m.role in roles}

    def _connection_ids(self, roles: frozenset[Role]) -> set[int]:
        companies = self._companies(roles)
        return {
            membership.company.connection_id
            for membership in self.user.active_memberships
            if membership.company and membership.company_id in companies
        }

    def _wholly_mine(self, roles: frozenset[Role]) -> set[int]:
        """Return the connections behind which there are none but companies of this person in these roles."""
        companies = self._companies(roles)
        return {pk for pk, served in self._served().items() if served <= companies}

    def _served(self) -> dict[int, set[int]]:
        """Return the companies behind each connection of this person's companies.

        Kept with the user for the length of the request: frame, worklist and page ask the same.
        """
        kept: dict[int, set[int]] | None = self.user.__dict__.get("_companies_behind")
        if kept is None:
            kept = defaultdict(set)
            rows = BuyerCompany.objects.filter(connection__in=self._connection_ids(frozenset(Role)))
            for connection_id, pk in rows.values_list("connection_id", "pk"):
                kept[connection_id].add(pk)
            self.user.__dict__["_companies_behind"] = kept
        return kept

    def _connections(self, roles: frozenset[Role]) -> QuerySet[OdooConnection]:
        if self.user.is_superuser:
            return OdooConnection.objects.all()
        return OdooConnection.objects.filter(pk__in=self._connection_ids(roles))
