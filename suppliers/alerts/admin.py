"""Alerts, to be looked at: what needs whom, since when, and the numbers behind it."""

from django.contrib import admin

from integrations.readonly import ReadOnly
from suppliers.alerts.models import Alert


@admin.register(Alert)
class AlertAdmin(ReadOnly, admin.ModelAdmin):
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
