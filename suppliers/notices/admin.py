"""Mail, to be looked at: what was told to whom, and when it left."""

from django.contrib import admin

from integrations.readonly import ReadOnly
from suppliers.notices.models import Notice


@admin.register(Notice)
class NoticeAdmin(ReadOnly, admin.ModelAdmin):
    """Mail to people. What keeps one that has not left is in the outbox, under the topic notice.mail."""

    list_display = ("created_at", "subject", "to_email", "event", "supplier", "company", "state", "sent_at")
    list_filter = ("state", "event", "company")
    list_select_related = ("supplier", "company")
    search_fields = ("to_email", "subject", "key")
    date_hierarchy = "created_at"
    ordering = ("-pk",)
    # The HTML is shown nowhere but in a mail reader, and a private link not even here.
    exclude = ("html", "sealed_link")
    show_full_result_count = False
