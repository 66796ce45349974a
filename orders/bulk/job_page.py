"""A job as a page: what the preview says, how far the work is, what became of each line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from orders.bulk.lifecycle import Forecast, JobState, OrderWork, Result
from orders.bulk.models import Job, JobLine, JobOrder
from orders.bulk.rules import from_json, whole
from orders.purchasing.badges import Badge
from orders.purchasing.rules import Part
from suppliers.people.models import User

PAGE = 100
JOBS = 30

_FORECASTS = {
    Forecast.AGREED: Badge("done", "As asked"),
    Forecast.PASSES: Badge("done", "Within the tolerance"),
    Forecast.NEEDS_BUYER: Badge("warn", "Needs the buyer"),
    Forecast.MOVED: Badge("warn", "Changed meanwhile"),
    Forecast.REFUSED: Badge("wrong", "Cannot be sent"),
    Forecast.LEFT_OUT: Badge("same", "Nothing to do"),
}
_RESULTS = {
    Result.WAITING: Badge("theirs", "Waiting"),
    Result.AGREED: Badge("done", "Agreed"),
    Result.WITH_BUYER: Badge("theirs", "With the buyer"),
    Result.MOVED: Badge("warn", "Changed meanwhile"),
    Result.REFUSED: Badge("wrong", "Not sent"),
    Result.FAILED: Badge("wrong", "Failed"),
    Result.LEFT_OUT: Badge("same", "Nothing to do"),
}
_STATES = {
    JobState.PREVIEW: Badge("mine", "Not sent yet"),
    JobState.WORKING: Badge("theirs", "Being sent"),
    JobState.DONE: Badge("done", "Done"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that come, or came, out alike."""

    code: str
    badge: Badge
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the job, with what was asked and what is answered."""

    line: JobLine
    badge: Badge
    asked: tuple[Part, ...]
    reply: tuple[Part, ...]

    @property
    def was(self) -> Any:
        """What was asked: quantity, price, first date."""
        return whole(self.asked)

    @property
    def is_declined(self) -> bool:
        """Whether nothing of it will come."""
        return bool(self.reply) and not any(part.is_delivered for part in self.reply)


def job_badge(job: Job) -> Badge:
    """Return where a job is."""
    return _STATES[JobState(job.state)]


def job_page(user: User, job: Job, *, only: str = "", after: int = 0) -> dict[str, Any]:
    """Return the context of bulk/job.html. *only* is the code of a group, *after* the last line before."""
    is_preview = job.state == JobState.PREVIEW
    groups = _groups(user, job, only)
    lines = lines_of_job(user, job, only=only)
    found = list(lines.filter(pk__gt=after)[: PAGE + 1])
    context = {
        "job": job,
        "badge": job_badge(job),
        "is_preview": is_preview,
        "is_working": job.state == JobState.WORKING,
        "is_mine": job.by_id == user.pk,
        "groups": groups,
        "only": only,
        "rows": [_row(line, is_preview=is_preview) for line in found[:PAGE]],
        "following": found[PAGE - 1].pk if len(found) > PAGE else 0,
        "after": after,
    }
    return context | (_forecast(groups) if is_preview else _progress(user, job, groups))


def progress_of(user: User, job: Job, *, only: str = "", after: int = 0) -> dict[str, Any]:
    """Return the context of bulk/_progress.html: as job_page without the lines, in two queries."""
    groups = _groups(user, job, only)
    context = {"job": job, "badge": job_badge(job), "groups": groups, "only": only, "after": after}
    return context | _progress(user, job, groups)


def lines_of_job(user: User, job: Job, *, only: str = "") -> QuerySet[JobLine]:
    """Return the lines of a job in their order, those of one group if one is named."""
    lines = JobLine.objects.visible_to(user).filter(job=job).select_related("line", "job_order__order")
    if only:
        lines = lines.filter(**{"forecast" if job.state == JobState.PREVIEW else "result": only})
    return lines.order_by("pk")


def jobs_page(user: User, *, before: int = 0) -> dict[str, Any]:
    """Return the context of bulk/jobs.html: the newest jobs first."""
    jobs = Job.objects.visible_to(user).exclude(~Q(by=user), state=JobState.PREVIEW)
    if before:
        jobs = jobs.filter(pk__lt=before)
    found = list(jobs.select_related("by").order_by("-pk")[: JOBS + 1])
    return {
        "jobs": [(job, job_badge(job)) for job in found[:JOBS]],
        "following": found[JOBS - 1].pk if len(found) > JOBS else 0,
    }


def _groups(user: User, job: Job, only: str) -> list[Group]:
    name = "forecast" if job.state == JobState.PREVIEW else "result"
    badges: dict[Any, Badge] = _FORECASTS if name == "forecast" else _RESULTS
    lines = JobLine.objects.visible_to(user).filter(job=job).order_by()
    counts = dict(lines.values_list(name).annotate(count=Count("pk")))
    return [
        Group(code.value, badge, counts[code.value], code.value == only)
        for code, badge in badges.items()
        if code.value in counts
    ]


def _forecast(groups: Sequence[Group]) -> dict[str, Any]:
    count = {group.code: group.count for group in groups}
    passing = count.get(Forecast.AGREED, 0) + count.get(Forecast.PASSES, 0)
    return {
        "passing": passing,
        "needing": count.get(Forecast.NEEDS_BUYER, 0),
        "refused": count.get(Forecast.REFUSED, 0) + count.get(Forecast.MOVED, 0),
        "left_out": count.get(Forecast.LEFT_OUT, 0),
        "sent": passing + count.get(Forecast.NEEDS_BUYER, 0),
    }


def _progress(user: User, job: Job, groups: Sequence[Group]) -> dict[str, Any]:
    """Say how far the work is; ``quarter`` changes four times on the way, and with the end."""
    orders = JobOrder.objects.visible_to(user).filter(job=job).order_by()
    found = orders.aggregate(all=Count("pk"), waiting=Count("pk", filter=Q(work=OrderWork.WAITING)))
    done = found["all"] - found["waiting"]
    share = done * 100 // max(1, found["all"])
    return {
        "done": done,
        "all": found["all"],
        "share": share,
        "quarter": share // 25,
        "outcome": ", ".join(f"{group.count} {group.badge.words.lower()}" for group in groups),
    }


def _row(line: JobLine, *, is_preview: bool) -> Row:
    badge = _FORECASTS[Forecast(line.forecast)] if is_preview else _RESULTS[Result(line.result)]
    return Row(line, badge, from_json(line.asked), from_json(line.reply))
