"""Working hours, to be looked at: suppliers set them on their own page."""

from django.contrib import admin

from integrations.readonly import ReadOnly
from suppliers.calendars.models import ClosedDays, SupplierCalendar


@admin.register(SupplierCalendar)
class SupplierCalendarAdmin(ReadOnly, admin.ModelAdmin):
    """What suppliers said about their working hours."""

    list_display = ("supplier", "time_zone", "country", "subdivision")
    list_select_related = ("supplier",)
    search_fields = ("supplier__name",)


@admin.register(ClosedDays)
class ClosedDaysAdmin(ReadOnly, admin.ModelAdmin):
    """Days on which suppliers are closed."""

    list_display = ("supplier", "first_day", "last_day", "reason")
    list_select_related = ("supplier",)
    search_fields = ("supplier__name",)
    date_hierarchy = "first_day"
