"""The queue for administrators: read-only, with “Send again” and “Give up”."""

import json
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from integrations.errors import FaultClass
from integrations.masking import masked_data, masked_text
from integrations.outbox import engine
from integrations.outbox.delivery import topics
from integrations.outbox.models import OPEN, OutboxMessage


class _EqualsFilter(admin.SimpleListFilter):
    """One value of one field, out of values that are cheap to know."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> QuerySet[OutboxMessage]:
        """Keep the rows with the chosen value."""
        return queryset.filter(**{str(self.parameter_name): self.value()}) if self.value() else queryset


class TopicFilter(_EqualsFilter):
    title, parameter_name = "topic", "topic"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the topics this portal can deliver."""
        return [(topic, topic) for topic in topics()]


class DestinationFilter(_EqualsFilter):
    title, parameter_name = "destination", "destination"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer where something still has to go: looking through everything delivered would be slow."""
        waiting = OutboxMessage.objects.filter(status__in=OPEN)
        found = set(waiting.order_by().values_list("destination", flat=True).distinct())
        if chosen := self.value():
            found.add(chosen)
        return [(name, name) for name in sorted(found)]


class FaultClassFilter(_EqualsFilter):
    title, parameter_name = "fault class", "fault_class"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the kinds of trouble there are."""
        return [(fault, fault.capitalize()) for fault in FaultClass]


@admin.register(OutboxMessage)
class OutboxMessageAdmin(admin.ModelAdmin):
    """Nobody edits a message by hand: the two actions go through the engine, which keeps who did it."""

    list_display = ["id", "status", "topic", "document", "destination", "shown_reason", "attempts", "due_at"]
    list_display += ["created_at", "delivered_at"]
    list_filter = ["status", TopicFilter, DestinationFilter, FaultClassFilter]
    search_fields = ["document__exact", "correlation_id__exact", "key__exact"]
    search_help_text = "A document, a correlation id (QS-…) or a key, in full"
    ordering = ["-id"]
    list_per_page = 50
    show_full_result_count = False
    actions = ["send_again", "give_up"]
    fieldsets = [
        (None, {"fields": ["status", "shown_reason", "topic", "document", "destination", "key"]}),
        ("When", {"fields": ["created_at", "first_sent_at", "last_sent_at", "attempts", "due_at"]}),
        ("Now", {"fields": ["leased_until", "parked_at", "delivered_at", "fault_class", "correlation_id"]}),
        ("What", {"fields": ["shown_payload", "shown_result", "shown_history"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only actions of the portal make messages."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: OutboxMessage | None = None) -> bool:
        """What was said stays as it was said."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: OutboxMessage | None = None) -> bool:
        """A message that is deleted would be lost without a trace."""
        return False

    def has_step_in_permission(self, request: HttpRequest) -> bool:
        """Whoever runs the installation may send again and give up."""
        user = request.user
        return user.is_active and user.is_superuser

    @admin.display(description="Reason")
    def shown_reason(self, message: OutboxMessage) -> str | SafeString:
        """The sentence for a person, with the technical text folded behind it."""
        if not message.detail:
            return message.reason or "–"
        folded = "<details><summary>{}</summary><pre>{}</pre></details>"
        return format_html(folded, message.reason, masked_text(message.detail))

    @admin.display(description="Payload")
    def shown_payload(self, message: OutboxMessage) -> SafeString:
        """What is sent, for people to read, without secrets."""
        return _pretty(message.payload)

    @admin.display(description="Read back")
    def shown_result(self, message: OutboxMessage) -> str | SafeString:
        """What the other system held afterwards."""
        return "–" if message.result is None else _pretty(message.result)

    @admin.display(description="What people did")
    def shown_history(self, message: OutboxMessage) -> str | SafeString:
        """Who stepped in, when, and what had stopped the message."""
        rows = [
            (entry["at"], entry["by"], entry["did"].lower(), entry["reason"]) for entry in message.history
        ]
        return format_html_join("", "<p>{}: {} {}. It had stopped with: {}</p>", rows) or "–"

    @admin.action(description="Send again", permissions=["step_in"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        """Send parked and waiting messages again, now."""
        done = engine.retry(_ids(queryset), by_name=str(request.user), now=timezone.now())
        self._report(request, done, queryset.count(), "will be sent again now")

    @admin.action(description="Give up (never send)", permissions=["step_in"])
    def give_up(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        """Let the documents go on without these messages."""
        done = engine.give_up(_ids(queryset), by_name=str(request.user), now=timezone.now())
        self._report(request, done, queryset.count(), "will never be sent")

    def _report(self, request: HttpRequest, done: int, chosen: int, what: str) -> None:
        level = messages.SUCCESS if done == chosen else messages.WARNING
        text = f"{done} of {chosen} {what}."
        if done < chosen:
            text += " The others are being sent, delivered or no longer needed: they were left alone."
        self.message_user(request, text, level)


def _ids(queryset: QuerySet[OutboxMessage]) -> list[int]:
    return list(queryset.values_list("pk", flat=True))


def _pretty(data: Any) -> SafeString:
    return format_html("<pre>{}</pre>", json.dumps(masked_data(data), indent=2, ensure_ascii=False))
