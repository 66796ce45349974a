"""Users, the companies on both sides, who works for whom in which role, and who was invited."""

import secrets
from collections.abc import Iterable
from functools import cached_property
from typing import ClassVar, Self

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone

from suppliers.people.querysets import InvitationQuerySet, MembershipQuerySet, UserManager
from suppliers.people.roles import BUYER_ROLES as BUYER_ROLES
from suppliers.people.roles import SUPPLIER_ROLES as SUPPLIER_ROLES
from suppliers.people.roles import Role as Role

# Who asks about people asks about roles: one place to import them from.
from suppliers.people.roles import have_same_right
from suppliers.tenancy import Sided, SidedRow, TenantQuerySet, TenantRow, Viewer


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What they may see and do follows from their memberships."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150)
    time_zone = models.CharField(max_length=64, default="Europe/Brussels", help_text="IANA name.")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text="May enter the admin site.")
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_account_per_email")]

    def __str__(self) -> str:
        return self.name or self.email

    @cached_property
    def active_memberships(self) -> list["Membership"]:
        """This person's memberships, read once per request.

        Without their suppliers: the wall stands on what is read here, so these rows are read before it does.
        """
        return list(self.memberships.select_related("company").order_by("pk"))

    @property
    def supplier_ids(self) -> frozenset[int]:
        """The suppliers this person belongs to."""
        return frozenset(m.supplier_id for m in self.active_memberships if m.supplier_id)

    @property
    def company_ids(self) -> frozenset[int]:
        """The buyer companies this person works for."""
        return frozenset(m.company_id for m in self.active_memberships if m.company_id)

    @property
    def is_buyer(self) -> bool:
        """Whether this person is on the buying side."""
        return bool(self.company_ids)

    @property
    def needs_second_factor(self) -> bool:
        """Whether this person decides for a buyer or runs the installation; suppliers may have one."""
        return self.is_buyer or self.is_staff

    @cached_property
    def has_second_factor(self) -> bool:
        """Whether an authenticator app, passkey or security key is set up; recovery codes alone are none."""
        return is_mfa_enabled(self, types=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])

    def may_stand_in_for(self, other: "User", row: Sided) -> bool:
        """Whether this person may do, about a row, what somebody else does."""
        return any(
            have_same_right(mine, theirs) for mine in self.roles_for(row) for theirs in other.roles_for(row)
        )

    def roles_for(self, row: Sided) -> frozenset["Role"]:
        """The roles this person has towards a row of a supplier, of a buyer company, or of both."""
        return frozenset(
            Role(m.role)
            for m in self.active_memberships
            # A missing side is nobody's: None must not meet None.
            if (m.supplier_id is not None and m.supplier_id == row.supplier_id)
            or (m.company_id is not None and m.company_id == row.company_id)
        )


class SupplierQuerySet(models.QuerySet["Supplier"]):
    """Suppliers."""

    def visible_to(self, user: Viewer) -> Self:
        """Keep the user's own suppliers and those that deliver to the user's buyer companies."""
        accounts = VendorAccount.objects.filter(supplier=OuterRef("pk"), company__in=sorted(user.company_ids))
        return self.filter(Q(pk__in=sorted(user.supplier_ids)) | Exists(accounts))

    def delivering_to(self, companies: Iterable["BuyerCompany"]) -> Self:
        """Suppliers with an account at one of these buyer companies."""
        return self.filter(
            Exists(VendorAccount.objects.filter(supplier=OuterRef("pk"), company__in=list(companies)))
        )

    def without_owner(self) -> Self:
        """Suppliers in which nobody can invite colleagues yet."""
        owners = Membership.objects.filter(supplier=OuterRef("pk"), role=Role.OWNER, user__is_active=True)
        return self.exclude(Exists(owners))


class Supplier(models.Model):
    """A trading partner that delivers; it may serve several buyer companies on several Odoo databases."""

    name = models.CharField(max_length=200)
    vat = models.CharField(max_length=32, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = SupplierQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def supplier_id(self) -> int:
        """A supplier is itself a row about one supplier: roles and journal treat it as such."""
        return self.pk

    @property
    def company_id(self) -> None:
        """No buyer company alone owns a supplier."""
        return None


class CompanyQuerySet(models.QuerySet["BuyerCompany"]):
    """Buyer companies."""

    def visible_to(self, user: Viewer) -> Self:
        """Keep the companies the user works for and those that the user's suppliers deliver to."""
        accounts = VendorAccount.objects.filter(
            company=OuterRef("pk"), supplier__in=sorted(user.supplier_ids)
        )
        return self.filter(Q(pk__in=sorted(user.company_ids)) | Exists(accounts))


class BuyerCompany(models.Model):
    """One legal entity that buys: one Odoo company on one connection."""

    connection = models.ForeignKey("odoo.OdooConnection", on_delete=models.PROTECT, related_name="companies")
    odoo_company_id = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    time_zone = models.CharField(
        max_length=64,
        default="Europe/Brussels",
        help_text="Of the ship-to address: due dates are dates here.",
    )
    currency = models.CharField(max_length=3, default="EUR")

    objects = CompanyQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name_plural = "buyer companies"
        constraints = [
            models.UniqueConstraint("connection", "odoo_company_id", name="one_company_per_odoo_company")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def supplier_id(self) -> None:
        """No supplier owns a buyer company."""
        return None

    @property
    def company_id(self) -> int:
        """A buyer company is itself a row about one company: roles and journal treat it as such."""
        return self.pk


class VendorAccount(TenantRow):
    """This supplier at that buyer company."""

    odoo_partner_id = models.PositiveIntegerField()
    reference = models.CharField(
        max_length=64, blank=True, help_text="The buyer's own number for the vendor."
    )

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("company", "odoo_partner_id", name="one_account_per_vendor"),
            models.UniqueConstraint("company", "supplier", name="one_account_per_supplier"),
        ]

    def __str__(self) -> str:
        return f"{self.supplier} at {self.company}"


class Membership(models.Model):
    """A person works for a supplier or for a buyer company, in one role."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    supplier = models.ForeignKey(
        Supplier, on_delete=models.CASCADE, null=True, blank=True, related_name="members"
    )
    company = models.ForeignKey(
        BuyerCompany, on_delete=models.CASCADE, null=True, blank=True, related_name="members"
    )
    role = models.CharField(max_length=20, choices=Role.choices)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "supplier", name="one_role_per_supplier"),
            models.UniqueConstraint("user", "company", name="one_role_per_company"),
            models.CheckConstraint(
                name="role_fits_the_side",
                condition=Q(supplier__isnull=False, company__isnull=True, role__in=sorted(SUPPLIER_ROLES))
                | Q(supplier__isnull=True, company__isnull=False, role__in=sorted(BUYER_ROLES)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} at {self.organisation}"

    @property
    def organisation(self) -> Supplier | BuyerCompany:
        """Whom this person works for."""
        organisation = self.supplier or self.company
        assert organisation is not None  # noqa: S101 - the database holds it (role_fits_the_side)
        return organisation


def _nonce() -> str:
    return secrets.token_urlsafe(24)


class Invitation(SidedRow):
    """A place kept for somebody at a supplier or at a buyer company.

    A role of suppliers: ``supplier`` is whom they will work for, ``company`` the buyer that invited them, if
    it was one. A role of buyers: ``company`` is whom they will work for. The link in the mail is signed (see
    suppliers/people/invitation_links.py): what is stored here is not enough to make one.
    """

    email = models.EmailField(help_text="In lower case.")
    role = models.CharField(max_length=20, choices=Role.choices)
    invited_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    nonce = models.CharField(max_length=64, default=_nonce, editable=False)
    created_at = models.DateTimeField(editable=False)
    expires_at = models.DateTimeField(editable=False)
    accepted_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["email", "supplier", "company"],
                name="one_open_invitation_per_place",
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="invited_role_fits_the_side",
                condition=Q(supplier__isnull=False, role__in=sorted(SUPPLIER_ROLES))
                | Q(supplier__isnull=True, company__isnull=False, role__in=sorted(BUYER_ROLES)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.get_role_display()} at {self.organisation}"

    @property
    def organisation(self) -> Supplier | BuyerCompany:
        """Whom the invited person will work for."""
        organisation = self.supplier or self.company
        assert organisation is not None  # noqa: S101 - the database holds it (invited_role_fits_the_side)
        return organisation
