"""The reading vocabulary of people: how somebody is found, who works for whom, who was invited."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Self

from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models import Q

from suppliers.people.roles import Role
from suppliers.tenancy import Sided, TenantQuerySet, Viewer


class UserManager(BaseUserManager[Any]):
    """Creates people who log in with their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Any:
        """Create a person; without a password they must set one through their invitation."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Any:
        """Create somebody who runs this installation."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> Any:
        """Find a person by e-mail address, whatever its case."""
        return self.get(email__iexact=username)


class MembershipQuerySet(models.QuerySet[Any]):
    """Who works for whom."""

    def visible_to(self, user: Viewer) -> Self:
        """Keep the colleagues: memberships of the user's own suppliers and companies."""
        return self.filter(Q(supplier_id__in=user.supplier_ids) | Q(company_id__in=user.company_ids))

    def answering_orders_of(self, *supplier_ids: int) -> Self:
        """The sales contacts of suppliers: those who are told of new orders and may answer them."""
        return self.filter(
            supplier_id__in=supplier_ids, role__in=[Role.OWNER, Role.SALES], user__is_active=True
        )


class InvitationQuerySet(TenantQuerySet):
    """Invitations."""

    def open(self) -> Self:
        """Invitations neither accepted nor withdrawn; some of them may have expired."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)

    def answering_orders_of(self, order: Sided, *, at: datetime) -> Self:
        """Those invited to answer for an order's supplier who can still accept.

        Somebody whom one buyer invited hears of that buyer's orders only, until they have accepted.
        """
        inviting = Q(company__isnull=True) | Q(company=order.company_id)
        return self.answering_for([order.supplier_id], at=at).filter(inviting)

    def answering_for(self, supplier_ids: Collection[int], *, at: datetime) -> Self:
        """Those invited to answer for some suppliers who can still accept, whoever invited them."""
        roles = [Role.OWNER, Role.SALES]
        return self.open().filter(supplier__in=supplier_ids, role__in=roles, expires_at__gt=at)
