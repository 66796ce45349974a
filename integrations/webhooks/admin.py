"""Webhooks in the admin: a page per connection that says what to enter in Odoo, and shows a secret once."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from integrations.odoo.models import OdooConnection
from integrations.webhooks.guide import RULES, guides
from integrations.webhooks.hints import make_address
from integrations.webhooks.models import Hook


@admin.register(Hook)
class HookAdmin(admin.ModelAdmin):
    """Which Odoo may hint, and when it last did."""

    list_display = ("connection", "made_at", "last_hint_at", "guide_link")
    list_display_links = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Made on the guide's page, with its secret."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Hook | None = None) -> bool:
        """There is nothing to change: a new secret replaces the old one."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Add the guide and the button that makes a secret."""
        view = self.admin_site.admin_view
        return [
            path("guide/<int:connection>/", view(self.guide), name="webhooks_hook_guide"),
            path("guide/<int:connection>/secret/", view(self.make_secret), name="webhooks_hook_secret"),
            *super().get_urls(),
        ]

    @admin.display(description="what to enter in Odoo")
    def guide_link(self, hook: Hook) -> str:
        """The way to the guide."""
        address = reverse("admin:webhooks_hook_guide", args=[hook.connection_id])
        return format_html('<a href="{}">Guide</a>', address)

    def guide(self, request: HttpRequest, connection: int) -> HttpResponse:
        """What to enter in this Odoo."""
        return self._page(request, get_object_or_404(OdooConnection, pk=connection))

    def make_secret(self, request: HttpRequest, connection: int) -> HttpResponse:
        """Make a new address and show it, this once."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        row = get_object_or_404(OdooConnection, pk=connection)
        return self._page(request, row, makes=True)

    def _page(self, request: HttpRequest, connection: OdooConnection, *, makes: bool = False) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        address = make_address(connection, at=timezone.now()) if makes else ""
        context = {
            **self.admin_site.each_context(request),
            "title": f"Webhook of {connection}",
            "connection": connection,
            "hook": Hook.objects.filter(connection=connection).first(),
            "address": address,
            "rules": RULES,
            "guides": guides(connection.version),
        }
        response = TemplateResponse(request, "admin/webhooks/hook/guide.html", context)
        # The secret stays in no cache.
        response["Cache-Control"] = "no-store"
        return response
