"""Orders that were answered before records were kept get one that does not pretend to be older than it is."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.documents.records import records_of
from orders.purchasing.actions import keep_missing_records
from orders.purchasing.models import Answer, LineAnswer, PurchaseOrder
from suppliers.journal.models import RECORD_KEPT, JournalEntry
from tests import factories

LATER = factories.NOW + timedelta(days=10)
HOW = "kept later, from what was stored then"


@pytest.fixture
def answer_of_old(answer, monkeypatch):
    """Answer as it was before there were records, and before steps were counted."""

    def send(replies, **more):
        with monkeypatch.context() as before:
            before.setattr("orders.purchasing.actions.together.keep_records", lambda *args, **named: 0)
            answer(replies, **more)
        PurchaseOrder.objects.update(steps=0)
        Answer.objects.update(step=0)
        LineAnswer.objects.update(decided_step=0)

    return send


@pytest.fixture
def answered(order, lines, part, answer_of_old):
    answer_of_old({line: [part()] for line in lines})
    assert not JournalEntry.objects.filter(verb=RECORD_KEPT).exists()
    return order


def run(name="keep_missing_records") -> str:
    out = StringIO()
    call_command(name, stdout=out)
    return out.getvalue()


def newest(order, user):
    found = records_of(order, user)
    record = found.record(found.count)
    assert record is not None
    return record


def test_each_gets_a_record_that_says_when_it_was_kept(cast, answered):
    assert keep_missing_records(after=0, at=LATER) == (1, answered.pk)
    entry = JournalEntry.objects.get(verb=RECORD_KEPT)
    assert (entry.at, entry.reason) == (LATER, "Kept later, from what was stored then.")
    record = newest(answered, cast.bea)
    assert (record.number, record.is_intact) == (1, True)
    head = json.loads(record.as_bytes())["pieces"]["head"]
    assert (head["kept"], head["kept_at"][:10]) == (HOW, f"{LATER:%Y-%m-%d}")
    assert "agreement, line" in " ".join(record.pieces)


def test_nobody_takes_it_for_one_of_the_time(as_, cast, answered):
    keep_missing_records(after=0, at=LATER)
    for person in (cast.alice, cast.bea):
        page = as_(person).get(f"/orders/{answered.pk}/record/").content.decode()
        assert "Kept later, from what was stored then." in page
        assert "given before records were kept" in page
    assert as_(cast.bea).get(f"/orders/{answered.pk}/record/1.pdf").content.startswith(b"%PDF-")


def test_the_command_keeps_all_and_verify_accepts_them(cast, answered, answer_of_old, part):
    other = factories.order(cast.acme, cast.northwind)
    answer_of_old({other.lines.first(): [part()]}, of=other)
    assert "2 records kept" in run()
    assert run("verify_records") == "2 records verified, 0 not as they were kept.\n"


def test_done_again_it_finds_nothing(answered):
    run()
    assert run() == "None is missing.\n"
    assert JournalEntry.objects.filter(verb=RECORD_KEPT).count() == 1


def test_stopped_in_between_it_goes_on_with_what_is_left(cast, answered, answer_of_old, part):
    other = factories.order(cast.acme, cast.northwind)
    answer_of_old({other.lines.first(): [part()]}, of=other)
    assert keep_missing_records(after=0, at=LATER, at_once=1) == (1, answered.pk)
    assert keep_missing_records(after=0, at=LATER, at_once=1) == (1, other.pk)
    assert keep_missing_records(after=0, at=LATER, at_once=1) == (0, 0)


def test_who_never_answered_and_who_has_a_record_is_left_alone(cast, order, lines, answer, part):
    factories.order(cast.acme, cast.northwind)
    answer({lines[0]: [part()]})
    assert keep_missing_records(after=0, at=LATER) == (0, 0)
    assert "kept" not in newest(order, cast.bea).pieces["head"]


def test_an_answer_that_comes_first_keeps_its_own(cast, answered, lines, answer, part, monkeypatch):
    """Found without a record and answered before it is held: what the answer kept stays alone."""
    module = "orders.purchasing.actions.missing_records._without"
    monkeypatch.setattr(module, lambda **named: [answered.pk])
    answer({lines[0]: [part("8")]})
    assert keep_missing_records(after=0, at=LATER) == (0, answered.pk)
    record = newest(answered, cast.bea)
    assert (record.number, "kept" in record.pieces["head"], record.is_intact) == (1, False, True)


def test_what_is_said_next_is_the_second_record(cast, answered, lines, answer, part):
    keep_missing_records(after=0, at=LATER)
    first = newest(answered, cast.bea)
    answer({lines[0]: [part("8")]}, at=LATER + timedelta(hours=1))
    record = newest(answered, cast.bea)
    assert (record.number, record.former, record.is_intact) == (2, first.sha256, True)
    assert "kept" not in record.pieces["head"]
    again = records_of(answered, cast.bea).record(1)
    assert again is not None
    assert again.is_intact


def test_it_takes_as_many_queries_for_many_as_for_few(cast, answered, answer_of_old, part):
    counts = []
    for number in (1, 6):
        for _ in range(number):
            other = factories.order(cast.acme, cast.northwind)
            answer_of_old({line: [part()] for line in other.lines.all()}, of=other)
        with CaptureQueriesContext(connection) as found:
            assert keep_missing_records(after=0, at=LATER)[0] >= number
        counts.append(len(found))
    assert counts[0] == counts[1] <= 8
