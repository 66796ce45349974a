"""Purchase orders in the admin site: read-only, for whoever runs the installation."""

from django.contrib import admin

from integrations.readonly import ReadOnly
from orders.purchasing.models import Answer, OrderRevision, PurchaseOrder, PurchaseOrderLine


class LineInline(ReadOnly, admin.TabularInline):
    """The lines of an order."""

    model = PurchaseOrderLine
    fields = ["sequence", "product_code", "quantity", "unit_price", "requested_on", "promised_on", "state"]
    show_change_link = False


class RevisionInline(ReadOnly, admin.TabularInline):
    """What changed in Odoo, revision by revision."""

    model = OrderRevision
    fields = ["number", "at", "changes"]


class AnswerInline(ReadOnly, admin.TabularInline):
    """The rounds of an order."""

    model = Answer
    fields = ["round", "side", "by", "at", "revision", "channel", "comment"]


@admin.register(PurchaseOrder)
class PurchaseOrderAdmin(ReadOnly, admin.ModelAdmin):
    """Every order the portal mirrors."""

    list_display = ["number", "supplier", "company", "state", "summary", "revision", "needed_on"]
    list_filter = ["company", "state", "summary"]
    list_select_related = ["supplier", "company"]
    search_fields = ["=number", "=supplier_reference"]
    show_full_result_count = False
    inlines = [LineInline, RevisionInline, AnswerInline]
