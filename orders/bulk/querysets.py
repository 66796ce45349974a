"""Which jobs somebody may see."""

from typing import Any, Self

from django.db import models

from orders.bulk.lifecycle import JobState
from suppliers.tenancy import Viewer


class JobQuerySet(models.QuerySet[Any]):
    """Jobs."""

    def visible_to(self, user: Viewer) -> Self:
        """Keep the jobs about suppliers all of which are the user's own."""
        return self.filter(supplier_ids__contained_by=sorted(user.supplier_ids))

    def unfinished(self) -> Self:
        """Jobs that were sent and are not worked off."""
        return self.filter(state=JobState.WORKING)
