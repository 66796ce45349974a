"""Alerts, to be looked at: what needs whom, since when, and the numbers behind it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from suppliers.alerts.models import Alert


@admin.register(Alert)
class AlertAdmin(admin.ModelAdmin):
    """Alerts; their rules raise and clear them."""

    list_display = (
        "sentence",
        "code",
        "owner_roles",
        "due_at",
        "supplier",
        "company",
        "raised_at",
        "cleared_at",
    )
    list_filter = ("code", ("cleared_at", admin.EmptyFieldListFilter), "company")
    list_select_related = ("supplier", "company")
    search_fields = ("sentence", "key")
    date_hierarchy = "raised_at"
    ordering = ("-pk",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only rules raise alerts."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only rules change alerts; people remove the cause."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only rules clear alerts."""
        return False
