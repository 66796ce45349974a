"""How long suppliers have to answer, the clocks and their steps: to be looked at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from integrations.readonly import ReadOnly
from orders.deadlines.models import AnswerTerms, Deadline, Step


@admin.register(AnswerTerms)
class AnswerTermsAdmin(ReadOnly, admin.ModelAdmin):
    """Working hours to answer, to be looked at; they are set on the portal's own page beside the policies."""

    list_display = (
        "company",
        "supplier",
        "hours",
        "interval",
        "starts_on",
        "ends_on",
        "is_off",
        "by",
        "reason",
    )
    list_filter = ("company",)
    list_select_related = ("company", "supplier", "by")


class StepInline(admin.TabularInline):
    """What was planned on the way, and what became of it."""

    model = Step
    extra = 0
    fields = ("code", "due_at", "state", "done_at")
    readonly_fields = fields
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Steps follow from the clock."""
        return False


@admin.register(Deadline)
class DeadlineAdmin(ReadOnly, admin.ModelAdmin):
    """Clocks on what suppliers are asked."""

    list_display = ("order", "supplier", "kind", "started_at", "due_at", "ending", "ended_at")
    list_filter = ("kind", "ending", "company")
    list_select_related = ("order", "supplier")
    search_fields = ("order__number", "supplier__name")
    date_hierarchy = "due_at"
    ordering = ("-pk",)
    inlines = (StepInline,)
    show_full_result_count = False
