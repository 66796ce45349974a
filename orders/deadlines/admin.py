"""How long suppliers have to answer, to be set; the clocks and their steps, to be looked at."""

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from integrations.readonly import ReadOnly
from orders.deadlines.models import AnswerTerms, Deadline, Step
from suppliers.journal.actions import Happening, note


@admin.register(AnswerTerms)
class AnswerTermsAdmin(admin.ModelAdmin):
    """Working hours to answer, by company and supplier. Clocks that run keep the terms they began with."""

    list_display = ("company", "supplier", "hours", "interval", "starts_on", "ends_on")
    list_filter = ("company",)
    list_select_related = ("company", "supplier")
    autocomplete_fields = ("company", "supplier")

    def save_model(self, request: HttpRequest, obj: AnswerTerms, form: ModelForm, change: bool) -> None:  # noqa: FBT001 - the admin's signature
        """Save, and note who said so."""
        super().save_model(request, obj, form, change)
        sentence = f"{request.user} set the time to answer: {obj}, from {obj.starts_on}."
        note(obj, Happening("terms.set", sentence), by=_by(request), at=timezone.now())

    def delete_model(self, request: HttpRequest, obj: AnswerTerms) -> None:
        """Delete, and note who said so."""
        note(
            obj,
            Happening("terms.deleted", f"{request.user} deleted the time to answer: {obj}."),
            by=_by(request),
            at=timezone.now(),
        )
        super().delete_model(request, obj)


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


def _by(request: HttpRequest) -> Any:
    return request.user
