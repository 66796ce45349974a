"""Redaction: the words are gone for good, that there were some is not."""

from datetime import timedelta

import pytest

from suppliers.journal.models import JournalEntry
from suppliers.people.access import may
from suppliers.people.models import Role
from suppliers.refusal import IllegalMove, Refused
from suppliers.threads.actions import edit_message, redact_message
from suppliers.threads.actions.redact import redactors_of
from suppliers.threads.lifecycle import FileState
from suppliers.threads.models import Attachment, AttachmentContent, Message, MessageEdit
from tests import factories
from tests.factories import NOW


@pytest.fixture
def anna(cast):
    """Administers Northwind."""
    return factories.member(factories.user("Anna Administrator"), cast.northwind, Role.ADMINISTRATOR)


def test_who_may(cast, write, anna):
    ours, theirs = write(cast.alice), write(cast.bea)
    secret = write(cast.alice, internal=True)
    assert may(cast.olivia, ours, redactors_of(ours))
    assert may(anna, ours, redactors_of(ours))
    assert may(anna, theirs, redactors_of(theirs))
    assert may(cast.olivia, secret, redactors_of(secret))
    assert not may(anna, secret, redactors_of(secret))  # she cannot even see it
    assert not may(cast.olivia, theirs, redactors_of(theirs))
    for person in (cast.alice, cast.bea, cast.rita):
        assert not may(person, ours, redactors_of(ours))


def test_a_reason_is_needed(cast, write, anna):
    with pytest.raises(Refused, match="why"):
        redact_message(write(cast.alice), reason=" ", by=anna, at=NOW)


def test_text_former_texts_and_files_are_gone_and_the_rest_is_said(cast, write, anna, drawing):
    message = write(cast.alice, "My account number is 123", files=[drawing])
    edit_message(message, text="My account number is 124", by=cast.alice, at=NOW)
    redact_message(message, reason="Personal  data", by=anna, at=NOW + timedelta(days=3))
    message = Message.objects.get()
    assert (message.text, message.redaction_reason, message.redacted_by_name) == (
        "",
        "Personal data",
        str(anna),
    )
    assert not MessageEdit.objects.exists()
    assert not AttachmentContent.objects.exists()
    assert [(file.name, file.state) for file in Attachment.objects.all()] == [
        ("removed file", FileState.REDACTED)
    ]
    entry = JournalEntry.objects.get(verb="message.redacted")
    assert (entry.reason, entry.actor) == ("Personal data", anna)


def test_once_is_enough_and_nothing_is_edited_afterwards(cast, write, anna):
    message = write(cast.alice)
    redact_message(message, reason="x", by=anna, at=NOW)
    with pytest.raises(IllegalMove, match="already"):
        redact_message(message, reason="x", by=anna, at=NOW)
    with pytest.raises(IllegalMove, match="removed"):
        edit_message(message, text="again", by=cast.alice, at=NOW)
