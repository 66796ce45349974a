"""Policies in the admin: to look at; they are made on the pages of the portal, in versions."""

from django.contrib import admin

from integrations.readonly import ReadOnly
from suppliers.policies.models import CompanyCalendar, Policy, PolicyVersion, ProductCategory


class VersionInline(ReadOnly, admin.TabularInline):
    """All versions of a policy."""

    model = PolicyVersion
    fields = (
        "number", "starts_on", "ends_on", "is_off", "lower_amount", "lower_percent", "upper_amount",
        "upper_percent", "joined", "currency", "days", "beyond", "rank", "by", "at", "reason",
    )  # fmt: skip
    extra = 0


@admin.register(Policy)
class PolicyAdmin(ReadOnly, admin.ModelAdmin):
    """Policies with their versions."""

    list_display = ("name", "matter", "company", "supplier", "category_name", "product_code", "created_at")
    list_filter = ("matter", "company")
    list_select_related = ("supplier", "company")
    search_fields = ("name", "product_code", "supplier__name")
    inlines = (VersionInline,)


@admin.register(CompanyCalendar)
class CompanyCalendarAdmin(ReadOnly, admin.ModelAdmin):
    """Working days of companies."""

    list_display = ("company", "country", "subdivision")


@admin.register(ProductCategory)
class ProductCategoryAdmin(ReadOnly, admin.ModelAdmin):
    """Categories as Odoo has them."""

    list_display = ("name", "company", "odoo_id", "path")
    list_filter = ("company",)
    search_fields = ("name",)
