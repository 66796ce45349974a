"""How long suppliers have to answer is set, or left to what holds otherwise: nothing said is ever edited."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from orders.deadlines.drafts import TermsDraft, check_draft, check_reason
from orders.deadlines.models import AnswerTerms
from orders.deadlines.wording import terms_text
from suppliers.journal.actions import Happening, note
from suppliers.people.models import BuyerCompany, User, VendorAccount
from suppliers.refusal import IllegalMove, Problem, Refused


@transaction.atomic
def set_answer_terms(
    company: BuyerCompany,
    *,
    by: User,
    supplier_id: int | None,
    draft: TermsDraft,
    after: int,
    submission: UUID,
    at: datetime,
) -> AnswerTerms:
    """Say how long all suppliers of a company, or one of them, have to answer from a day on.

    Clocks that run keep the terms they began with. *after* is the company's newest row that was looked at, 0
    for none.
    The same *submission* twice is one row. Raises Refused naming every problem, IllegalMove when somebody
    said something else meanwhile.
    """
    _hold(company)
    if earlier := _earlier(submission, by):
        return earlier
    newest = _newest(company, supplier_id, after)
    today = at.astimezone(ZoneInfo(company.time_zone)).date()
    problems = [*_check_supplier(company, supplier_id), *check_draft(draft, today=today)]
    if problems or draft.hours is None or draft.interval is None or draft.starts_on is None:
        raise Refused(problems)
    row = AnswerTerms(
        company=company,
        supplier_id=supplier_id,
        hours=draft.hours,
        again_hours=draft.again_hours,
        interval=draft.interval,
        tells_second=draft.tells_second,
        tells_buyer=draft.tells_buyer,
        tells_manager=draft.tells_manager,
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
        by=by,
        at=at,
        reason=draft.reason.strip(),
        submission=submission,
    )
    row.save()
    said = f"{by} set the time to answer of {_whom(row)} from {row.starts_on} on."
    _journal(row, newest, "terms.set", said, at)
    return row


@transaction.atomic
def end_answer_terms(
    company: BuyerCompany,
    *,
    by: User,
    supplier_id: int | None,
    on: date,
    reason: str,
    after: int,
    submission: UUID,
    at: datetime,
) -> AnswerTerms:
    """Leave a supplier to what holds for all, or all to what is usual, from the day *on*.

    Raises Refused without a reason, IllegalMove when nothing was said or somebody said something else
    meanwhile.
    """
    _hold(company)
    if earlier := _earlier(submission, by):
        return earlier
    newest = _newest(company, supplier_id, after)
    if newest is None or newest.is_off:
        raise IllegalMove("Nothing holds here that could be ended.")
    if problems := check_reason(reason):
        raise Refused(problems)
    row = AnswerTerms(
        company=company,
        supplier_id=supplier_id,
        hours=newest.hours,
        again_hours=newest.again_hours,
        interval=newest.interval,
        starts_on=max(on, newest.starts_on),
        is_off=True,
        by=by,
        at=at,
        reason=reason.strip(),
        submission=submission,
    )
    row.save()
    said = f"{by} ended the time to answer of {_whom(row)} from {row.starts_on} on."
    _journal(row, newest, "terms.ended", said, at)
    return row


def _hold(company: BuyerCompany) -> None:
    """Let one change follow the other."""
    BuyerCompany.objects.select_for_update(of=("self",)).get(pk=company.pk)


def _earlier(submission: UUID, by: User) -> AnswerTerms | None:
    """Return what the same form made before. Raises Refused when somebody else's did."""
    row: AnswerTerms | None = AnswerTerms.objects.filter(submission=submission).first()
    if row is not None and row.by_id != by.pk:
        raise Refused([Problem("submission", "a used form", "Open the page again")])
    return row


def _newest(company: BuyerCompany, supplier_id: int | None, after: int) -> AnswerTerms | None:
    """Return the last that was said for the supplier, or for all, if nothing was said since *after*."""
    rows: QuerySet[AnswerTerms] = AnswerTerms.objects.filter(company=company).order_by("-pk")
    last = rows.select_related("by").first()
    if last is not None and last.pk != after:
        raise IllegalMove(f"{last.by or 'Somebody'} changed the time to answer meanwhile. Look at it first.")
    return rows.filter(supplier=supplier_id).first()


def _check_supplier(company: BuyerCompany, supplier_id: int | None) -> list[Problem]:
    accounts = VendorAccount.objects.filter(company=company, supplier=supplier_id)
    if supplier_id is None or accounts.exists():
        return []
    return [Problem("supplier", "", f"Choose a supplier of {company}")]


def _journal(row: AnswerTerms, before: AnswerTerms | None, verb: str, sentence: str, at: datetime) -> None:
    old = terms_text(before.terms) if before and not before.is_off else ""
    change = {"what": "time to answer", "old": old, "new": "" if row.is_off else terms_text(row.terms)}
    note(row, Happening(verb, sentence, (change,), row.reason), by=row.by, at=at)


def _whom(row: AnswerTerms) -> str:
    return str(row.supplier) if row.supplier_id else f"all suppliers of {row.company}"
