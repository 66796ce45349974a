"""Onboarding by those who run the installation: users, companies, accounts, roles and invitations."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from suppliers.people import actions
from suppliers.people.forms import InvitationForm
from suppliers.people.models import BuyerCompany, Invitation, Membership, Supplier, User, VendorAccount

# The admin's own log-in page knows neither second factors nor rate limits: allauth's stands before it.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


class MembershipInline(admin.TabularInline):
    """Who works for a company; changed on the colleagues' page or in the list of memberships."""

    model = Membership
    extra = 0
    fields = ("user", "role")
    readonly_fields = fields
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People join by invitation."""
        return False


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """People. They join by invitation and set their own password; here they are let in, or not any more."""

    list_display = ("name", "email", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("name", "email")
    ordering = ("name",)
    fields = (
        "name",
        "email",
        "time_zone",
        "is_active",
        "is_staff",
        "is_superuser",
        "last_login",
        "date_joined",
    )
    readonly_fields = ("email", "last_login", "date_joined")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People join by invitation."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The journal names them: somebody who leaves is made inactive."""
        return False


@admin.register(Supplier)
class SupplierAdmin(admin.ModelAdmin):
    """Suppliers; they come in from Odoo with their first order."""

    list_display = ("name", "vat", "created_at")
    search_fields = ("name", "vat")
    readonly_fields = ("created_at",)
    inlines = (MembershipInline,)


@admin.register(BuyerCompany)
class BuyerCompanyAdmin(admin.ModelAdmin):
    """Buyer companies: each is one company of one Odoo connection."""

    list_display = ("name", "connection", "odoo_company_id", "currency", "time_zone")
    list_filter = ("connection",)
    search_fields = ("name",)
    inlines = (MembershipInline,)


@admin.register(VendorAccount)
class VendorAccountAdmin(admin.ModelAdmin):
    """Which supplier is which vendor at which buyer company.

    Accounts come with the first order. One made here before that says that a vendor of another Odoo is a
    supplier we know, where no equal tax number says so. Afterwards the orders stand under it, and it stays.
    """

    list_display = ("supplier", "company", "odoo_partner_id", "reference")
    list_filter = ("company",)
    list_select_related = ("supplier", "company")
    search_fields = ("supplier__name", "reference", "odoo_partner_id")
    autocomplete_fields = ("supplier", "company")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Orders, answers and people's access hang on who is meant."""
        return ("supplier", "company", "odoo_partner_id") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The next order would bring it back, perhaps for somebody else."""
        return False


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    """Who works for whom. Changes go through the same actions as on the colleagues' page."""

    list_display = ("user", "supplier", "company", "role")
    list_filter = ("role", "company")
    list_select_related = ("user", "supplier", "company")
    search_fields = ("user__name", "user__email", "supplier__name", "company__name")
    readonly_fields = ("user", "supplier", "company")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People join by invitation."""
        return False

    def save_model(self, request: HttpRequest, obj: Membership, form: ModelForm, change: bool) -> None:  # noqa: FBT001 - the admin's signature
        """Change the role."""
        if "role" in form.changed_data:
            stored = self.model._default_manager.get(pk=obj.pk)
            actions.change_role(stored, role=obj.role, by=_by(request), at=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        """End somebody's access."""
        actions.remove_member(obj, by=_by(request), at=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """End the access of several, one by one: the last owner of a supplier stays."""
        for membership in queryset:
            actions.remove_member(membership, by=_by(request), at=timezone.now())


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):
    """Invitations: a new one is mailed at once; sent ones can only be looked at."""

    form = InvitationForm
    list_display = (
        "email",
        "role",
        "supplier",
        "company",
        "created_at",
        "expires_at",
        "accepted_at",
        "withdrawn_at",
    )
    list_filter = ("role", "company")
    list_select_related = ("supplier", "company")
    search_fields = ("email", "supplier__name", "company__name")
    date_hierarchy = "created_at"

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """What was sent cannot be changed; invite again instead."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """The journal refers to it."""
        return False

    def save_model(self, request: HttpRequest, obj: Invitation, form: ModelForm, change: bool) -> None:  # noqa: FBT001 - the admin's signature
        """Invite, as a colleague would; the form has checked that it can be done."""
        sent = actions.invite_person(
            obj.organisation, email=obj.email, role=obj.role, by=_by(request), at=timezone.now()
        )
        obj.pk, obj.created_at, obj.expires_at = sent.pk, sent.created_at, sent.expires_at


def _by(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - the admin lets nobody else in
    return user
