"""The scanner's hook: a file is handed out only after the command has let it pass."""

import stat

import pytest

from integrations.errors import NeedsAttention, TryLater
from integrations.outbox.delivery import Overtaken
from integrations.outbox.models import OutboxMessage
from suppliers.journal.models import JournalEntry
from suppliers.threads.actions import redact_message
from suppliers.threads.deliveries import scan_attachment
from suppliers.threads.lifecycle import FileState
from suppliers.threads.models import Attachment, AttachmentContent
from tests.factories import NOW


@pytest.fixture
def scanner(tmp_path, settings):
    """Put a scanner in place: ``scanner("exit 1")``; it gets the file as its first argument."""

    def install(body: str) -> None:
        script = tmp_path / "scan"
        script.write_text(f"#!/bin/sh\n{body}\n")
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        settings.ATTACHMENT_SCAN_COMMAND = str(script)

    return install


@pytest.fixture
def attach(cast, write, drawing):
    """Let Alice attach a file; return it and the message that has it looked at."""

    def send():
        file = write(cast.alice, "Here", files=[drawing]).attachments.get()
        return file, OutboxMessage.objects.get(topic="attachment.scan")

    return send


def test_without_a_scanner_a_file_is_ready_at_once(cast, write, drawing):
    assert write(cast.alice, "", files=[drawing]).attachments.get().state == FileState.READY
    assert not OutboxMessage.objects.filter(topic="attachment.scan").exists()


def test_a_clean_file_becomes_ready(as_, cast, scanner, attach):
    scanner('head -c 5 "$1" | grep -q %PDF- && exit 0; exit 3')
    file, message = attach()
    assert file.state == FileState.WAITING
    assert as_(cast.bea).get(f"/messages/files/{file.pk}/").status_code == 404
    assert scan_attachment.handler(message) == {"clean": True, "said": ""}
    assert as_(cast.bea).get(f"/messages/files/{file.pk}/").status_code == 200
    with pytest.raises(Overtaken):
        scan_attachment.handler(message)


def test_an_infected_file_is_gone_and_both_sides_can_read_why(cast, scanner, attach):
    scanner('echo "$1: Eicar-Signature FOUND"; exit 1')
    file, message = attach()
    assert scan_attachment.handler(message) == {"clean": False, "said": "file: Eicar-Signature FOUND"}
    file.refresh_from_db()
    assert file.state == FileState.REFUSED
    assert not AttachmentContent.objects.exists()
    assert JournalEntry.objects.visible_to(cast.bea).filter(verb="attachment.refused").exists()


@pytest.mark.parametrize("body", ["exit 2", "kill -9 $$"])
def test_a_scanner_that_cannot_look_is_asked_again(scanner, attach, body):
    scanner(body)
    file, message = attach()
    with pytest.raises(TryLater):
        scan_attachment.handler(message)
    file.refresh_from_db()
    assert file.state == FileState.WAITING


def test_a_scanner_that_is_not_there_needs_somebody(settings, attach):
    settings.ATTACHMENT_SCAN_COMMAND = "/nonexistent/scanner --quiet"
    with pytest.raises(NeedsAttention):
        scan_attachment.handler(attach()[1])


def test_what_was_removed_meanwhile_is_not_looked_at(cast, scanner, attach):
    scanner("exit 0")
    file, message = attach()
    redact_message(file.message, reason="x", by=cast.olivia, at=NOW)
    with pytest.raises(Overtaken):
        scan_attachment.handler(message)
    assert Attachment.objects.get().state == FileState.REDACTED
