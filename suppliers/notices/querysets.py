"""The reading vocabulary of what people have chosen for themselves."""

from typing import Any, Self

from django.db import models


class OwnQuerySet(models.QuerySet):
    """Rows about one person, whom they belong to and nobody else."""

    def visible_to(self, user: Any) -> Self:
        """Keep the person's own."""
        return self.filter(user=user)
