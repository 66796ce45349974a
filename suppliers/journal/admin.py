"""The journal, to be looked at and searched; nothing in it can be changed."""

from django.contrib import admin

from integrations.readonly import ReadOnly
from suppliers.journal.models import JournalEntry


@admin.register(JournalEntry)
class JournalEntryAdmin(ReadOnly, admin.ModelAdmin):
    """What happened; the correlation id leads from the click to the call into Odoo."""

    list_display = ("at", "sentence", "actor_name", "channel", "supplier", "company", "correlation_id")
    list_filter = ("channel", "verb", "company")
    list_select_related = ("supplier", "company")
    search_fields = ("correlation_id", "sentence", "actor_name", "subject_type")
    date_hierarchy = "at"
    ordering = ("-pk",)
    show_full_result_count = False
