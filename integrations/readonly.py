"""What the admin site only shows: records of what happened, written by actions, rules and feeds alone."""

from typing import Any

from django.http import HttpRequest


class ReadOnly:
    """Mixed into an admin class or an inline: nothing is added, changed or deleted there."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False
