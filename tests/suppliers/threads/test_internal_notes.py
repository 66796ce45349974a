"""Notes of one side: no door, no wall and no database row shows them to the other."""

import pytest
from django.db import IntegrityError, transaction

from suppliers.journal.models import JournalEntry
from suppliers.refusal import IllegalMove, Refused
from suppliers.tenancy import wall
from suppliers.threads.actions import edit_message, set_waiting
from suppliers.threads.lifecycle import Audience, Side
from suppliers.threads.models import Attachment, AttachmentContent, Message, MessageEdit, Thread
from tests.factories import NOW

EVERYTHING = [Thread, Message, MessageEdit, Attachment, AttachmentContent]


@pytest.fixture
def notes(cast, write, drawing):
    """A note of each side, edited and with a file."""
    for person in (cast.alice, cast.bea):
        note = write(person, "We could pay more", internal=True, files=[drawing])
        edit_message(note, text="We could not pay more", by=person, at=NOW)


def sides(model, person):
    return set(model.objects.visible_to(person).values_list("supplier_id", "company_id"))


def behind_the_wall(model, person):
    with wall(suppliers=person.supplier_ids, companies=person.company_ids):
        return set(model.objects.values_list("supplier_id", "company_id"))


@pytest.mark.parametrize("look", [sides, behind_the_wall])
@pytest.mark.parametrize("model", EVERYTHING, ids=lambda model: model.__name__)
def test_each_side_sees_its_own_notes_only(cast, notes, model, look):
    assert model.objects.count() == 2
    for person in (cast.alice, cast.olivia, cast.rita):
        assert look(model, person) == {(cast.acme.pk, None)}
    assert look(model, cast.bea) == {(None, cast.northwind.pk)}
    for person in (cast.mallory, cast.boris):
        assert look(model, person) == set()


def test_the_other_side_s_journal_knows_nothing_of_a_note(cast, notes):
    assert {entry.actor for entry in JournalEntry.objects.visible_to(cast.bea)} == {cast.bea}
    assert {entry.actor for entry in JournalEntry.objects.visible_to(cast.alice)} == {cast.alice}


def test_a_note_leaves_no_trace_on_the_shared_thread(cast, write):
    write(cast.alice, "When?")
    before = Thread.objects.filter(audience=Audience.SHARED).values().get()
    write(cast.bea, "Let them wait", internal=True)
    assert Thread.objects.filter(audience=Audience.SHARED).values().get() == before


def test_a_note_waits_for_nobody(cast, write):
    thread = write(cast.bea, internal=True).thread
    assert thread.waiting_for == ""
    with pytest.raises(IllegalMove):
        set_waiting(thread, waiting_for=Side.SUPPLIER, by=cast.bea, at=NOW)
    assert not Thread.objects.visible_to(cast.alice).unread_by(cast.alice).exists()


def test_only_colleagues_can_be_mentioned_in_a_note(cast, write):
    with pytest.raises(Refused, match="can see the message"):
        write(cast.bea, "Hm", internal=True, mentions=[cast.alice.pk])
    assert write(cast.bea, "What does @Alice Sales want?", internal=True).mentioned_ids == []


@pytest.mark.parametrize("model", [Message, Attachment, AttachmentContent], ids=lambda model: model.__name__)
def test_the_database_keeps_what_hangs_on_a_note_on_its_side(cast, notes, model):
    row = model.objects.filter(supplier=None).first()
    row.supplier = cast.acme
    with pytest.raises(IntegrityError, match="must have the sides of"), transaction.atomic():
        row.save()


def test_the_database_refuses_an_internal_thread_with_two_sides(cast, notes):
    with pytest.raises(IntegrityError, match="thread_sides_fit"), transaction.atomic():
        Thread.objects.filter(audience=Audience.BUYER).update(supplier=cast.acme)
