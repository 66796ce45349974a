"""Faults of the wire and of the other side: each cell ends with one delivery, or parked with a reason."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from integrations.outbox.models import Status
from tests.faults.case import Case
from tests.faults.cases import READ_SECONDS, Column, OdooCase
from tests.faults.table import NEVER

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Fault:
    """What happens at the first attempt, and what is to be read in the cell."""

    title: str
    strike: Callable[[Case], None]
    expected: str = "once"
    by_mail: str = "once"
    # Whether mail knows it.
    mails: bool = True

    def __str__(self) -> str:
        return self.title.replace(" ", "-")


def ordering(kind: str) -> Callable[[Case], None]:
    """Let the call that writes fail in one of the sandbox's ways."""
    return lambda case: case.strike(kind)


FAULTS = [
    Fault("Odoo down", lambda case: case.go_away()),
    Fault("refusing", ordering("refuse"), "parked: permission", "parked: data"),
    Fault("slow past the time-out", ordering("slow"), by_mail="once, 2 copies"),
    Fault("reply lost after the commit", ordering("lost_reply"), by_mail="once, 2 copies"),
    Fault("call executed twice", ordering("duplicate"), mails=False),
    Fault("cut in mid-reply", ordering("cut_reply"), by_mail="once, 2 copies"),
    Fault("key revoked", lambda case: case.revoke_key(), "parked: permission", "parked: permission"),
    Fault("serialization conflict", ordering("serialization")),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_it_is_delivered_once_or_parked_with_a_reason(fault, column: Column, open_case, enter, settings):
    if column.verb is None and not fault.mails:
        pytest.skip("Mail has no such fault.")
    if fault.title.startswith("slow"):
        settings.ODOO_READ_SECONDS = settings.EMAIL_TIMEOUT = READ_SECONDS
    case = open_case(column)
    case.enqueue()
    fault.strike(case)
    case.deliver()
    assert case.has_struck(), "a cell in which nothing went wrong proves nothing"
    assert case.verdict() not in NEVER
    if case.first.status == Status.PENDING:
        case.come_back()
    outcome = case.settle()
    enter(fault.title, column, outcome)
    assert outcome == (fault.expected if column.verb else fault.by_mail)
    if outcome.startswith("parked"):
        assert case.first.reason
        case.come_back()
        assert case.send_again() == "once"


def test_what_is_deleted_in_odoo_is_put_before_a_person(column: Column, open_case, enter):
    if column.verb is None:
        pytest.skip("A mail is not stored in Odoo.")
    case = open_case(column)
    assert isinstance(case, OdooCase)
    case.enqueue()
    case.delete()
    outcome = case.settle()
    enter("record deleted in Odoo", column, outcome)
    assert outcome == "parked: conflict"
    assert case.first.reason == "The order is gone in Odoo."


def test_what_changes_in_odoo_meanwhile_is_neither_overwritten_nor_repeated(column: Column, open_case, enter):
    if column.verb is None:
        pytest.skip("A mail is not stored in Odoo.")
    case = open_case(column)
    assert isinstance(case, OdooCase)
    case.enqueue()
    if column.verb.changes_after_the_call:
        case.strike("lost_reply")
        case.deliver()
        assert case.verdict() == "waiting"
    column.verb.meanwhile(case.odoo, case.odoo_id)
    outcome = case.settle()
    enter("changed in Odoo meanwhile", column, outcome)
    assert outcome == column.verb.when_changed
    if outcome == "parked: conflict":
        assert [row["product_qty"] for row in case.odoo.lines(case.odoo_id)] == [11.0], "the buyer's word"
        assert "changed in Odoo meanwhile" in case.first.reason
