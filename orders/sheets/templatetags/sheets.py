"""The sheet a job came from, on the job's page: bulk knows nothing of sheets."""

from typing import Any

from django import template

from orders.bulk.lifecycle import Operation
from orders.bulk.models import Job
from orders.sheets.reading import sheet_of

register = template.Library()


@register.inclusion_tag("sheets/_of_job.html", takes_context=True)
def sheet_of_job(context: Any, job: Job) -> dict[str, Any]:
    """Show how the rows were understood, what is to be put right, and what met another value."""
    if job.operation != Operation.SHEET:
        return {"sheet": None}
    return sheet_of(context["request"].user, job) | {"job": job}
