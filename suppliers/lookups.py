"""Conditions that Django does not have."""

from typing import Any

from django.db.models import Lookup


class AnyOf(Lookup):
    """``filter(AnyOf(F("supplier"), ids))``: as IN, but one parameter however many values there are.

    So a prepared query has one shape for lists of any length.
    """

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Write it for PostgreSQL."""
        left, parameters = self.process_lhs(compiler, connection)
        return f"{left} = ANY (%s)", (*parameters, list(self.rhs))
