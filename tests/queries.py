"""Counting the queries of a page."""

from django.test.utils import CaptureQueriesContext


def without_the_wall(found: CaptureQueriesContext) -> list[str]:
    """Return the queries of a request without those around it.

    In service the wall is one query more; inside a test's transaction it also saves and restores itself.
    """
    around = ("SAVEPOINT", "RELEASE SAVEPOINT", "SELECT set_config", "SELECT coalesce(current_setting")
    return [query["sql"] for query in found if not query["sql"].startswith(around)]
