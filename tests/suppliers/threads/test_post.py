"""Writing a message: what is refused, who sees it, and whose turn it is then."""

from datetime import timedelta
from uuid import uuid4

import pytest

from orders.conversations.matters import find_line
from suppliers.journal.models import JournalEntry
from suppliers.refusal import Refused
from suppliers.threads.files import Upload
from suppliers.threads.lifecycle import Audience, FileState, Side
from suppliers.threads.models import Attachment, AttachmentContent, Message, Thread
from suppliers.threads.rules import BURST
from tests.factories import NOW
from tests.suppliers.threads.conftest import PDF


def test_nothing_is_no_message(cast, write):
    with pytest.raises(Refused, match="Write something"):
        write(cast.alice, " \n ")
    assert not Thread.objects.exists()


def test_every_problem_is_named_at_once_and_nothing_is_kept(cast, write):
    with pytest.raises(Refused) as refusal:
        write(cast.alice, "x" * 10_001, files=[Upload("a.exe", b"MZ")], mentions=[cast.mallory.pk])
    assert [problem.where for problem in refusal.value.problems] == ["text", "mentions", "files"]
    assert not Message.objects.exists()


def test_a_message_is_seen_by_both_sides_and_by_no_stranger(cast, write):
    message = write(cast.alice, "When do you need them?")
    for person in (cast.alice, cast.rita, cast.bea):
        assert list(Message.objects.visible_to(person)) == [message]
    for person in (cast.mallory, cast.boris):
        assert not Message.objects.visible_to(person).exists()
        assert not Thread.objects.visible_to(person).exists()


def test_the_same_form_sent_twice_is_one_message(cast, write):
    submission = uuid4()
    first = write(cast.alice, submission=submission)
    assert write(cast.alice, submission=submission) == first
    assert Message.objects.count() == 1
    assert Thread.objects.get().message_count == 1


def test_whoever_is_written_to_owes_an_answer_until_they_write(cast, write):
    write(cast.alice, "When?")
    assert Thread.objects.get().waiting_for == Side.BUYER
    write(cast.olivia, "We must know by Friday.", at=NOW + timedelta(hours=1))
    thread = Thread.objects.get()
    assert (thread.waiting_for, thread.waiting_since) == (Side.BUYER, NOW)  # since the first question
    write(cast.bea, "Next week.", at=NOW + timedelta(hours=2))
    assert Thread.objects.get().waiting_for == Side.SUPPLIER
    assert list(Thread.objects.waiting_for(cast.alice)) == [thread]
    assert list(Thread.objects.waiting_for_others(cast.bea)) == [thread]
    assert not Thread.objects.waiting_for(cast.bea).exists()


def test_one_s_own_message_is_read_and_the_others_is_not(cast, write):
    write(cast.alice)
    assert list(Thread.objects.unread_by(cast.bea)) == [Thread.objects.get()]
    assert not Thread.objects.unread_by(cast.alice).exists()


def test_colleagues_are_mentioned_by_name_or_chosen(cast, write):
    message = write(cast.alice, "@bea buyer, can you ask @Olivia Owner?", mentions=[cast.rita.pk])
    assert message.mentioned_ids == sorted([cast.bea.pk, cast.olivia.pk, cast.rita.pk])
    assert write(cast.alice, "@Bea Buyers are many, @Boris Buyer too").mentioned_ids == []


def test_a_file_is_kept_apart_from_the_list_under_the_same_wall(cast, write, drawing):
    message = write(cast.alice, "", files=[drawing])
    (file,) = Attachment.objects.visible_to(cast.bea)
    assert (file.message, file.name, file.mime, file.size) == (
        message,
        "drawing.pdf",
        "application/pdf",
        len(PDF),
    )
    assert file.state == FileState.READY
    assert bytes(AttachmentContent.objects.visible_to(cast.bea).get().data) == PDF
    assert not Attachment.objects.visible_to(cast.mallory).exists()


def test_the_journal_says_who_wrote_but_not_what(cast, write, drawing):
    write(cast.alice, "Secret price", files=[drawing])
    entry = JournalEntry.objects.visible_to(cast.bea).get(verb="message.posted")
    assert entry.sentence.startswith("Alice Sales wrote a message about Order P")
    assert entry.sentence.endswith("with 1 attached.")
    assert "Secret" not in entry.sentence


def test_a_burst_of_messages_is_due_for_one_mail(cast, write):
    write(cast.alice)
    write(cast.alice, at=NOW + timedelta(minutes=1))
    assert Thread.objects.get().tell_at == NOW + BURST


def test_a_line_has_a_thread_of_its_own_on_the_order_s_page(cast, write, order):
    line = order.lines.first()
    write(cast.alice, "This bolt?", about=find_line(cast.alice, line.pk))
    thread = Thread.objects.get()
    assert (thread.subject_type, thread.subject_id) == ("purchaseorderline", line.pk)
    assert (thread.document_type, thread.document_id) == ("purchaseorder", order.pk)
    assert thread.audience == Audience.SHARED
    assert line.product_code in thread.title
