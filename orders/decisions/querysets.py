"""Which decision jobs somebody may see."""

from typing import Any, Self

from django.db import models

from suppliers.tenancy import Viewer


class DecisionJobQuerySet(models.QuerySet[Any]):
    """Jobs of deciding on many proposals."""

    def visible_to(self, user: Viewer) -> Self:
        """Keep the jobs about companies all of which are the user's own."""
        return self.filter(company_ids__contained_by=sorted(user.company_ids))
