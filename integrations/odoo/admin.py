"""Connections to Odoo in the admin: keys go in and never come out, and a button tests the connection."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html_join

from integrations import ownership
from integrations.odoo.forms import ConnectionForm
from integrations.odoo.models import FeedCursor, ImportRun, OdooConnection
from integrations.odoo.tasks import test_connection

_FOUND = ("version", "protocol", "our_user", "companies", "rights", "lacking", "warnings", "key_expires_at")
_STATE = ("last_seen_at", "last_fault", "tested_at")


class _ReadOnly(admin.TabularInline):
    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Written by the feed alone."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Written by the feed alone."""
        return False


class CursorInline(_ReadOnly):
    """How far the change feed has read."""

    model = FeedCursor
    fields = readonly_fields = ("model", "write_date", "polled_at", "changed_at")


class ImportInline(_ReadOnly):
    """First imports."""

    model = ImportRun
    fields = readonly_fields = ("started_at", "done", "total", "finished_at", "fault")


@admin.register(OdooConnection)
class OdooConnectionAdmin(admin.ModelAdmin):
    """One Odoo database each."""

    form = ConnectionForm
    list_display = ("name", "url", "version", "protocol", "is_active", "last_seen_at", "last_fault")
    list_filter = ("is_active",)
    readonly_fields = (*_FOUND, *_STATE)
    fieldsets = (
        (None, {"fields": ("name", "url", "database", "login", "api_key", "is_active")}),
        ("How we work with it", {"fields": ("confirms_rfqs", "calls_per_second")}),
        ("What the last test found", {"fields": _FOUND}),
        ("State", {"fields": _STATE}),
    )
    inlines = (CursorInline, ImportInline)

    def get_urls(self) -> list[URLPattern]:
        """Add the button's address and the table of who owns what."""
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/test/", view(self.test), name="odoo_odooconnection_test"),
            path("ownership/", view(self.show_ownership), name="odoo_odooconnection_ownership"),
            *super().get_urls(),
        ]

    def save_model(self, request: HttpRequest, obj: OdooConnection, form: Any, change: Any) -> None:
        """Save what the form holds and no more: the feed writes its own columns meanwhile."""
        own = [*(name for name in ConnectionForm.Meta.fields if name != "api_key"), "encrypted_api_key"]
        obj.save(update_fields=own if change else None)

    def test(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Have a worker ask the server; a request must not, it runs in a transaction."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        connection = get_object_or_404(OdooConnection, pk=pk)
        if not self.has_change_permission(request, connection):
            raise PermissionDenied
        OdooConnection.objects.filter(pk=pk).update(test_asked_at=timezone.now())
        ask = partial(test_connection.apply_async, kwargs={"connection_id": pk}, retry=False)
        transaction.on_commit(ask, robust=True)
        messages.info(request, "The test has begun; this page shows the result in a moment.")
        return HttpResponseRedirect(reverse("admin:odoo_odooconnection_change", args=[pk]))

    def show_ownership(self, request: HttpRequest) -> HttpResponse:
        """Who is master of what."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {**self.admin_site.each_context(request), "title": "Who owns what", "rows": ownership.TABLE}
        return TemplateResponse(request, "admin/odoo/ownership.html", context)

    @admin.display(description="as")
    def our_user(self, connection: OdooConnection) -> str:
        """Whose key it is."""
        return connection.findings.get("user", "")

    @admin.display(description="companies")
    def companies(self, connection: OdooConnection) -> str:
        """The legal entities our user may see."""
        return _lines(connection.findings.get("companies", []))

    @admin.display(description="we may")
    def rights(self, connection: OdooConnection) -> str:
        """Each right in words."""
        may = connection.findings.get("may", {})
        return _lines(f"{'✓' if allowed else '✗ may not'} {words}" for words, allowed in may.items())

    @admin.display(description="fields missing there")
    def lacking(self, connection: OdooConnection) -> str:
        """What needs them is switched off."""
        return _lines(connection.findings.get("missing_fields", []))

    @admin.display(description="mind")
    def warnings(self, connection: OdooConnection) -> str:
        """Sentences for the administrator."""
        return _lines(connection.findings.get("warnings", []))


def _lines(texts: Any) -> str:
    return format_html_join("", "<div>{}</div>", ((text,) for text in texts)) or "-"
