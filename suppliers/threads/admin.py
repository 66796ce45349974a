"""Threads in the admin: what a company's Odoo is told, and who wrote when. Texts are read on the pages."""

from django.contrib import admin

from integrations.readonly import ReadOnly
from suppliers.threads.models import ChatterSharing, Thread


@admin.register(ChatterSharing)
class ChatterSharingAdmin(admin.ModelAdmin):
    """Whether a company's internal notes go to its Odoo."""

    list_display = ("company", "internal_notes")
    fields = ("company", "internal_notes")


@admin.register(Thread)
class ThreadAdmin(ReadOnly, admin.ModelAdmin):
    """Threads, without what was said in them."""

    list_display = (
        "title",
        "audience",
        "about_supplier",
        "about_company",
        "message_count",
        "waiting_for",
        "last_at",
    )
    list_filter = ("audience", "waiting_for", "about_company")
    list_select_related = ("about_supplier", "about_company")
    search_fields = ("title",)
    ordering = ("-last_message_id",)
    show_full_result_count = False
