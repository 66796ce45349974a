"""Links in mails, to be looked at: whom they were sent to and what became of them."""

from django.contrib import admin

from integrations.readonly import ReadOnly
from orders.links.models import AnswerLink


@admin.register(AnswerLink)
class AnswerLinkAdmin(ReadOnly, admin.ModelAdmin):
    """Links to orders. Buyers withdraw them and send others on the order's page."""

    list_display = ("issued_at", "order", "revision", "email", "cause", "opened", "glances", "scans", "used")
    list_filter = ("cause", ("revoked_at", admin.EmptyFieldListFilter), "company")
    list_select_related = ("order",)
    search_fields = ("email", "order__number")
    date_hierarchy = "issued_at"
    ordering = ("-pk",)
    exclude = ("digest",)
    show_full_result_count = False
