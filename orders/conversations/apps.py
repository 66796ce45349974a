"""App settings."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "orders.conversations"
    label = "conversations"
    verbose_name = "Conversations"
