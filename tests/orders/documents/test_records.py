"""The record of what was said and agreed: for both sides, tamper-evident, and verifiable without Quayside."""

import hashlib
import json
import uuid
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.documents.records import last_of_revision, records_of
from orders.purchasing.actions import Part, approve_lines, counter_line, decline_lines, withdraw_proposals
from orders.purchasing.agreement_record import (
    Pieces,
    differences,
    hash_of,
    news,
    serialized,
    with_news,
)
from orders.purchasing.models import Answer, LineAnswer, OrderRevision, ScheduleLine
from suppliers.journal.models import RECORD_KEPT, JournalEntry
from suppliers.people.models import User
from suppliers.policies.records import Bound
from suppliers.policies.terms import Matter
from tests import factories
from tests.queries import without_the_wall

LATER = date(2026, 12, 20)


def newest(order, user):
    found = records_of(order, user)
    record = found.record(found.count)
    assert record is not None
    return record


def pending(line):
    return LineAnswer.objects.get(line=line, state="PENDING")


# -- Refusals ------------------------------------------------------------------------------------------------


def test_strangers_find_nothing_and_what_there_is_not_is_404(as_, cast, order, lines, answer, part):
    answer({lines[0]: [part()]})
    for path in ("", "1/", "1.pdf", "1.json"):
        assert as_(cast.mallory).get(f"/orders/{order.pk}/record/{path}").status_code == 404
        assert as_(cast.boris).get(f"/orders/{order.pk}/record/{path}").status_code == 404
        assert as_(cast.bea).post(f"/orders/{order.pk}/record/{path}").status_code == 405
    for path in ("0/", "2/", "2.pdf", "2.json"):
        assert as_(cast.bea).get(f"/orders/{order.pk}/record/{path}").status_code == 404


def test_before_anything_is_said_there_is_none(as_, cast, order):
    assert "Nothing is recorded yet" in as_(cast.bea).get(f"/orders/{order.pk}/record/").content.decode()


# -- What it says --------------------------------------------------------------------------------------------


def test_both_sides_see_the_same_record_with_the_same_hash(as_, cast, order, lines, answer, part):
    answer({line: [part()] for line in lines}, comment="Thank you")
    mine, theirs = newest(order, cast.alice), newest(order, cast.bea)
    assert mine.sha256 == theirs.sha256
    assert mine.as_bytes() == theirs.as_bytes()
    pages = [as_(who).get(f"/orders/{order.pk}/record/").content.decode() for who in (cast.rita, cast.bea)]
    for page in pages:
        assert mine.sha256 in page
        assert "As it was kept." in page
        assert "Thank you" in page
        assert "Confirmed as asked" in page
    files = [as_(who).get(f"/orders/{order.pk}/record/1.pdf").content for who in (cast.alice, cast.bea)]
    assert files[0] == files[1]
    assert files[0].startswith(b"%PDF-")


def test_the_download_is_what_was_hashed(as_, cast, order, lines, answer, part):
    answer({lines[0]: [part()]})
    data = as_(cast.bea).get(f"/orders/{order.pk}/record/1.json").content
    assert hashlib.sha256(data).hexdigest() == newest(order, cast.bea).sha256
    content = json.loads(data)
    assert content["format"] == "quayside-record/1"
    again = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    assert again == data


def test_a_new_round_is_another_hash_and_the_former_record_stays(cast, order, lines, answer, part):
    answer({lines[0]: [part()]})
    first = newest(order, cast.bea)
    answer({lines[1]: [part()]}, at=factories.NOW + timedelta(hours=1))
    second = newest(order, cast.bea)
    assert (second.number, second.former) == (2, first.sha256)
    assert second.sha256 != first.sha256
    again = records_of(order, cast.bea).record(1)
    assert again is not None
    assert (again.sha256, again.is_intact, again.is_newest) == (first.sha256, True, False)


def test_every_kind_of_round_is_told_and_every_record_stays_as_it_was_kept(
    as_, cast, order, lines, answer, part
):
    factories.policy(cast.northwind, cast.ada, Matter.DATE, name="Three days", upper=Bound(Decimal(3)))
    answer({lines[0]: [part(on=LATER)], lines[1]: [part(on=date(2026, 12, 17))]})
    decline_lines(order, by=cast.bea, answer_ids=[pending(lines[0]).pk], reason="Too late", at=factories.NOW)
    answer({lines[0]: [part(on=date(2026, 12, 24))]})
    ids = [pending(lines[0]).pk]
    withdraw_proposals(order, by=cast.alice, answer_ids=ids, reason="A mistake", at=factories.NOW)
    answer({lines[0]: [part("6", LATER), part("4", None, reason="Sold out")]})
    counter_line(
        order,
        by=cast.bea,
        answer_id=pending(lines[0]).pk,
        parts=[part("8", LATER)],
        comment="Eight at least",
        submission=uuid.uuid4(),
        at=factories.NOW,
    )
    other = Part(Decimal(8), LATER, Decimal("4.80"), "", "BX-200", "Hex bolt A4")
    answer({lines[0]: [other]})
    approve_lines(order, by=cast.bea, answer_ids=[pending(lines[0]).pk], at=factories.NOW)
    found = records_of(order, cast.bea)
    assert found.count == 8
    for number in range(1, 9):
        record = found.record(number)
        assert record is not None
        assert record.is_intact, record.differences
    words = as_(cast.rita).get(f"/orders/{order.pk}/record/").content.decode().replace("&#x27;", "'")
    for said in (
        "Declined by Bea Buyer, 2026-",
        ": Too late",
        "Taken back by Alice Sales",
        ": A mistake",
        "Answered with a counter-proposal by Bea Buyer",
        "Eight at least",
        "Accepted by itself, under the buyer's policies",
        "Delivery date: accepted by itself under “Three days” (version 1)",
        "4 Units not at all: Sold out",
        "8 Units of BX-200 (Hex bolt A4) on 2026-12-20 at 4.80 EUR",
        "Approved by Bea Buyer",
        "Agreed, round 5",
    ):
        assert said in words, said
    assert as_(cast.bea).get(f"/orders/{order.pk}/record/8.pdf").status_code == 200


def test_the_names_are_those_of_the_time(cast, order, lines, answer, part):
    answer({lines[0]: [part()]})
    User.objects.filter(pk=cast.alice.pk).update(name="Alice Married")
    type(cast.northwind).objects.filter(pk=cast.northwind.pk).update(name="Northwind Ltd")
    assert newest(order, cast.bea).is_intact


def test_the_document_of_a_revision_names_its_record(as_, cast, order, lines, answer, part):
    answer({lines[0]: [part()]})
    before = as_(cast.bea).get(f"/orders/{order.pk}/documents/1.pdf").content
    answer({lines[1]: [part()]})
    record = newest(order, cast.bea)
    assert last_of_revision(order, 1, cast.bea) == (2, record.sha256)
    assert last_of_revision(order, 2, cast.bea) is None
    assert last_of_revision(order, 1, cast.mallory) is None
    assert as_(cast.bea).get(f"/orders/{order.pk}/documents/1.pdf").content != before


def test_it_is_no_entry_of_the_timeline(as_, cast, order, lines, answer, part):
    answer({lines[0]: [part()]})
    assert JournalEntry.objects.filter(verb=RECORD_KEPT).count() == 1
    assert "Record 1 of order" not in as_(cast.bea).get(f"/orders/{order.pk}/").content.decode()


def test_a_discount_is_told_because_prices_are_before_it(as_, cast, order, lines, answer, part):
    said = {
        "line": lines[0].odoo_id,
        "code": "FST-1",
        "description": "Bolt",
        "unit": "Units",
        "discount": "5",
    }
    OrderRevision.objects.create(
        supplier=order.supplier, company=order.company, order=order, number=1, at=factories.NOW,
        snapshot={"lines": [said]},
    )  # fmt: skip
    answer({lines[0]: [part()]})
    page = as_(cast.bea).get(f"/orders/{order.pk}/record/").content.decode()
    assert "Line 1 · FST-1<small>Bolt · prices are less 5 %</small>" in page


# -- Tampering -----------------------------------------------------------------------------------------------


def verified(*numbers) -> tuple[str, int]:
    out = StringIO()
    try:
        call_command("verify_records", *numbers, stdout=out)
    except SystemExit as end:
        return out.getvalue(), int(end.code or 0)
    return out.getvalue(), 0


def test_a_changed_row_is_found_and_said_what_differs(as_, cast, order, lines, answer, part):
    answer({lines[0]: [part()]})
    assert verified(order.number) == ("1 records verified, 0 not as they were kept.\n", 0)
    ScheduleLine.objects.filter(line_answer__line=lines[0]).update(quantity=8)
    Answer.objects.update(comment="Only eight")
    record = newest(order, cast.alice)
    assert not record.is_intact
    assert record.is_journal_sound
    comments = [(one.recorded, one.found) for one in record.differences if one.field == "comment"]
    assert comments == [("", "Only eight")]
    for who in (cast.alice, cast.bea):
        page = as_(who).get(f"/orders/{order.pk}/record/").content.decode()
        assert "This is not what was kept." in page
        assert "Only eight" in page
        assert "10 Units on 2026-12-15 at 4.50 EUR" in page  # what was kept is still shown
    said, code = verified()
    assert code == 1
    assert "comment: recorded , found Only eight" in said
    assert "said: recorded" in said
    assert "1 not as they were kept" in said


def test_a_deleted_round_is_found(cast, order, lines, answer, part):
    answer({lines[0]: [part()]})
    Answer.objects.all().delete()
    found = {one.piece for one in newest(order, cast.bea).differences}
    assert f"round 1, line {lines[0].odoo_id}" in found


def test_a_journal_that_does_not_come_to_its_hash_is_found(cast, order, lines, answer, part):
    answer({lines[0]: [part()]})
    entry = JournalEntry.objects.get(verb=RECORD_KEPT)
    for change in entry.changes:
        change["new"] = change["new"].replace("Alice", "Mallory")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE journal_journalentry DISABLE TRIGGER USER")
    JournalEntry.objects.filter(pk=entry.pk).update(changes=entry.changes)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE journal_journalentry ENABLE TRIGGER USER")
    record = newest(order, cast.bea)
    assert not record.is_journal_sound
    assert "do not come to the hash" in verified(order.number)[0]


# -- Pure, and what it costs ---------------------------------------------------------------------------------


def test_pieces_are_told_by_what_is_new():
    before: Pieces = {"head": {"record": 1}, "round 1": {"by": "Ä"}, "gone": {"x": 1}}
    now: Pieces = {"head": {"record": 2}, "round 1": {"by": "Ä"}, "round 2": {"by": "B"}}
    told = news(before, now)
    assert told == {"head": {"record": 2}, "round 2": {"by": "B"}, "gone": None}
    assert with_news(before, told) == now
    assert hash_of(now) == hash_of(dict(reversed(now.items())))
    assert b"\xc3\x84" in serialized(now)


def test_differences_leave_the_head_out_and_count_like_people():
    recorded: Pieces = {"head": {"a": 1}, "round 10": {"a": "1"}, "round 9": {"a": ["x"]}}
    found: Pieces = {"head": {"a": 2}, "round 10": {"a": "2"}, "round 9": {}}
    assert [(one.piece, one.recorded, one.found) for one in differences(recorded, found)] == [
        ("round 9", '["x"]', ""),
        ("round 10", "1", "2"),
    ]


@pytest.mark.parametrize("count", [2, 60])
def test_a_long_order_costs_as_many_queries_as_a_short_one(as_, cast, answer, part, count):
    order = factories.order(cast.acme, cast.northwind, lines=count)
    answer({line: [part()] for line in order.lines.all()}, of=order)
    browser = as_(cast.bea)
    browser.get(f"/orders/{order.pk}/record/")
    with CaptureQueriesContext(connection) as found:
        assert browser.get(f"/orders/{order.pk}/record/").status_code == 200
    assert len(without_the_wall(found)) == 8
