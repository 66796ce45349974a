"""Replies by mail: only from the person the address was made for, only what is new, each once."""

import io
from email.message import EmailMessage
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import OperationalError

from suppliers.people.models import Role
from suppliers.threads.incoming import read_mail, without_quotes
from suppliers.threads.lifecycle import Audience, FileState, Side, Way
from suppliers.threads.models import Attachment, Message, Thread
from suppliers.threads.reply_address import MARKER, read_reply_address, reply_address
from tests import factories
from tests.suppliers.threads.conftest import PDF


@pytest.fixture(autouse=True)
def replies_are_taken(settings):
    settings.REPLY_ADDRESS = "reply+{tag}@in.example.com"


@pytest.fixture
def thread(cast, write) -> Thread:
    """Alice has asked something."""
    return write(cast.alice, "When do you need them?").thread


@pytest.fixture
def mail(cast, thread):
    """A mail in which Bea answers."""

    def build(text="Next week.", *, sender=None, to=None, files=(), **headers) -> EmailMessage:
        made = EmailMessage()
        made["From"] = f"Somebody <{sender or cast.bea.email}>"
        made["To"] = to or reply_address(thread.pk, cast.bea.pk)
        made["Subject"] = "Re: Alice Sales wrote to you"
        made["Message-ID"] = headers.pop("id", "<1@example.com>")
        for name, value in headers.items():
            made[name.replace("_", "-")] = value
        made.set_content(text)
        for name, data in files:
            made.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
        return made

    return build


@pytest.fixture
def pipe(monkeypatch, capsys):
    """Hand a mail to the command as a mail server does; returns the exit code and what was said."""

    def run(made: EmailMessage | bytes, *arguments: str) -> tuple[int, str]:
        raw = made if isinstance(made, bytes) else made.as_bytes()
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
        try:
            call_command("take_reply", *arguments)
        except SystemExit as leaving:
            return int(leaving.code or 0), capsys.readouterr().err
        return 0, ""

    return run


def replies():
    return list(Message.objects.filter(way=Way.MAIL))


def test_an_answer_lands_in_the_thread(cast, thread, mail, pipe):
    assert pipe(mail()) == (0, "")
    (message,) = replies()
    assert (message.thread, message.by, message.side, message.text) == (
        thread,
        cast.bea,
        Side.BUYER,
        "Next week.",
    )
    thread.refresh_from_db()
    assert thread.waiting_for == Side.SUPPLIER
    assert not Thread.objects.unread_by(cast.bea).exists()


def test_the_same_mail_delivered_twice_is_one_message(mail, pipe):
    assert pipe(mail()) == (0, "")
    assert pipe(mail()) == (0, "")
    assert len(replies()) == 1
    pipe(mail(id="<2@example.com>"))
    assert len(replies()) == 2


@pytest.mark.parametrize("who", ["alice", "olivia", "mallory"])
def test_from_anybody_else_it_is_refused_and_logged(cast, mail, pipe, caplog, who):
    code, said = pipe(mail(sender=getattr(cast, who).email))
    assert code == 77
    assert "one person only" in said
    assert "was refused" in caplog.text
    assert replies() == []


@pytest.mark.parametrize("change", ["signature", "thread", "person", "nothing"])
def test_an_address_nobody_made_is_refused(cast, thread, mail, pipe, change):
    address = reply_address(thread.pk, cast.bea.pk)
    tag = address.removeprefix("reply+").partition("@")[0]
    first, second, signature = tag.split("-")
    forged = {
        "signature": f"{first}-{second}-{signature[:-1]}{'a' if signature[-1] != 'a' else 'b'}",
        "thread": f"{first}1-{second}-{signature}",
        "person": f"{first}-{second}1-{signature}",
        "nothing": "hello",
    }[change]
    assert read_reply_address(f"reply+{forged}@in.example.com") is None
    code, said = pipe(mail(to=f"reply+{forged}@in.example.com"))
    assert (code, replies()) == (77, [])
    assert "No conversation" in said


def test_the_envelope_s_recipient_counts_where_the_mail_server_tells_it(cast, thread, mail, pipe):
    made = mail(to="undisclosed@example.com")
    assert pipe(made, "--to", reply_address(thread.pk, cast.bea.pk))[0] == 0
    assert len(replies()) == 1


def test_whoever_may_no_longer_write_is_refused(cast, mail, pipe):
    cast.bea.memberships.all().delete()
    assert pipe(mail())[0] == 77
    assert replies() == []


def test_a_reader_may_not_answer_by_mail_either(cast, thread, mail, pipe):
    made = mail(sender=cast.rita.email, to=reply_address(thread.pk, cast.rita.pk))
    assert pipe(made)[0] == 77


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"Return_Path": "<>"},
        {"List_Id": "<x.example>"},
    ],
    ids=str,
)
def test_what_programs_write_is_dropped_without_an_answer(mail, pipe, headers):
    assert pipe(mail(**headers)) == (0, "")
    assert replies() == []


def test_nothing_new_is_refused(mail, pipe):
    code, said = pipe(mail(f"\n{MARKER}\nHello Bea,\n"))
    assert code == 77
    assert "nothing new" in said


def test_files_pass_the_same_checks_and_what_is_refused_is_named(cast, mail, pipe):
    assert (
        pipe(mail("Here", files=[("drawing.pdf", PDF), ("setup.exe", b"MZ\x90"), ("a.png", b"<html>")]))[0]
        == 0
    )
    found = {file.name: (file.state, file.reason != "") for file in Attachment.objects.visible_to(cast.alice)}
    assert found == {
        "drawing.pdf": (FileState.READY, False),
        "setup.exe": (FileState.REFUSED, True),
        "a.png": (FileState.REFUSED, True),
    }


def test_an_answer_to_a_note_stays_a_note(cast, write, mail, pipe):
    max_ = factories.member(factories.user("Max Manager"), cast.northwind, Role.MANAGER)
    note = write(cast.bea, "@Max Manager?", internal=True)
    pipe(mail("I say no", sender=max_.email, to=reply_address(note.thread.pk, max_.pk)))
    (message,) = replies()
    assert message.thread.audience == Audience.BUYER
    assert (message.supplier_id, message.side) == (None, Side.BUYER)
    assert not Message.objects.visible_to(cast.alice).filter(pk=message.pk).exists()


def test_only_html_is_read_as_text(cast, mail, pipe):
    made = mail()
    made.set_content(
        "<html><head><style>p {}</style></head><body><p>Next&nbsp;week<br>or later</p>"
        f"<script>alert(1)</script><blockquote>{MARKER}<p>Hello</p></blockquote></body></html>",
        subtype="html",
    )
    pipe(made)
    assert replies()[0].text == "Next\xa0week\nor later"


def test_when_the_database_is_away_the_mail_server_tries_again(mail, pipe, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("away")

    monkeypatch.setattr("suppliers.threads.management.commands.take_reply.take_reply", away)
    assert pipe(mail())[0] == 75


def test_nonsense_is_refused_and_breaks_nothing(mail, pipe):
    for raw in (
        b"",
        b"\x00\xff\xfe",
        b"From: \r\n\r\n",
        b"Content-Type: text/plain; charset=nope\n\nHi \xff",
    ):
        assert pipe(raw)[0] == 77
    assert read_mail(b"Content-Type: text/plain; charset=nope\n\nHi \xe9").text == "Hi é"


REPLIES = {
    "Gmail": "On Tue, 24 Nov 2026 at 10:42, Quayside <portal@q.example> wrote:\n\n> Hello\n> Bye",
    "broken in two": "On Tue, 24 Nov 2026 at 10:42, Quayside\n<portal@q.example> wrote:\n> Hello",
    "German": "Am 24.11.2026 um 10:42 schrieb Quayside:\n> Hallo",
    "French": "Le mar. 24 nov. 2026 à 10:42, Quayside a écrit :\n> Bonjour",
    "Dutch": "Op di 24 nov. 2026 om 10:42 schreef Quayside <p@q.example>:\n> Hallo",
    "Outlook": "From: Quayside <p@q.example>\nSent: Tuesday, 24 November 2026 10:42\nTo: Bea\n\nHello",
    "German Outlook": "________________________________\nVon: Quayside\nGesendet: Dienstag\nAn: Bea",
    "old Outlook": "-----Original Message-----\nFrom: Quayside\n\nHello",
    "our own marker": f"> {MARKER}\n> Hello Bea",
    "plain quotes": "> Hello Bea\n> When?",
    "signature": "-- \nBea Buyer\nNorthwind",
    "nothing quoted": "",
}


@pytest.mark.parametrize("text", REPLIES.values(), ids=REPLIES)
def test_only_what_is_new_is_kept(text):
    text = f"Yes, Monday.\n\n{text}"
    assert without_quotes(text) == "Yes, Monday."
    assert without_quotes(text.replace("\n", "\r\n")) == "Yes, Monday."


def test_an_answer_between_the_quotes_is_kept():
    assert without_quotes("> When?\nMonday.\n> How many?\nTen.") == "Monday.\nTen."


def test_what_only_looks_like_a_quotation_stays():
    text = "From Monday on we deliver.\nOn Tuesday we wrote to you: no answer.\nTo: be decided"
    assert without_quotes(text) == text


def test_long_and_hostile_text_costs_little():
    for text in ("On " + "x " * 50_000, "> " * 50_000, "\n" * 100_000, "From: " * 15_000, "_" * 100_000):
        without_quotes(text)
