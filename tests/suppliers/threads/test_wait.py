"""Who owes an answer, said by hand; and how far somebody has read."""

from suppliers.journal.models import JournalEntry
from suppliers.threads.actions import mark_read, set_waiting
from suppliers.threads.lifecycle import Side
from suppliers.threads.models import Thread
from tests.factories import NOW


def test_no_answer_needed_and_needed_again(cast, write):
    thread = write(cast.alice).thread
    set_waiting(thread, waiting_for=None, by=cast.bea, at=NOW)
    thread.refresh_from_db()
    assert (thread.waiting_for, thread.waiting_since) == ("", None)
    set_waiting(thread, waiting_for=Side.SUPPLIER, by=cast.bea, at=NOW)
    thread.refresh_from_db()
    assert (thread.waiting_for, thread.waiting_since) == (Side.SUPPLIER, NOW)
    said = [entry.sentence for entry in JournalEntry.objects.filter(verb="thread.waiting").order_by("pk")]
    assert said[0].endswith("needs no answer.")
    assert said[1].endswith("needs an answer of Acme Fasteners GmbH.")


def test_twice_the_same_is_once(cast, write):
    thread = write(cast.alice).thread
    set_waiting(thread, waiting_for=Side.BUYER, by=cast.bea, at=NOW)
    assert not JournalEntry.objects.filter(verb="thread.waiting").exists()


def test_reading_moves_one_s_own_mark_forward_only(cast, write):
    first, second = write(cast.alice), write(cast.alice)
    thread = second.thread
    thread.refresh_from_db()
    mark_read([thread], by=cast.bea, up_to=first.pk)
    assert Thread.objects.unread_by(cast.bea).exists()
    mark_read([thread], by=cast.bea, up_to=second.pk + 1000)
    assert not Thread.objects.unread_by(cast.bea).exists()
    mark_read([thread], by=cast.bea, up_to=first.pk)
    assert not Thread.objects.unread_by(cast.bea).exists()


def test_what_was_written_before_one_came_is_not_unread(cast, write):
    write(cast.alice, at=cast.bea.date_joined.replace(year=2020))
    assert not Thread.objects.unread_by(cast.bea).exists()
