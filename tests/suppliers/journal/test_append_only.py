"""What was written in the journal stays, whoever asks for what."""

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.urls import reverse

from suppliers.journal.actions import Happening, note, note_many
from suppliers.journal.models import Channel, JournalEntry
from suppliers.journal.reading import timeline
from suppliers.tenancy import wall
from tests.factories import NOW


@pytest.fixture
def entry(cast, order) -> JournalEntry:
    return note(order, Happening("order.acknowledged", "Alice confirmed."), by=cast.alice, at=NOW)


def refuses(statement: str) -> bool:
    with connection.cursor() as cursor:
        # Foreign keys are checked late in tests: an open check would refuse TRUNCATE before our trigger does.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement)
    return True


def test_the_database_refuses_update_delete_and_truncate(entry):
    assert refuses("UPDATE journal_journalentry SET sentence = 'Nothing happened.'")
    assert refuses("DELETE FROM journal_journalentry")
    assert refuses("TRUNCATE journal_journalentry")
    assert JournalEntry.objects.get().sentence == "Alice confirmed."


def test_the_orm_is_refused_too(entry):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.delete()
    entry.sentence = "Nothing happened."
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.save()


def test_the_role_of_the_application_cannot_step_around_it(entry):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            # The switch that would let triggers sleep.
            cursor.execute("SET session_replication_role = replica")


def test_an_entry_says_who_by_name_even_when_it_was_odoo(cast, order):
    changed = Happening("order.changed", "Odoo changed it.")
    note_many([(order, changed)], at=NOW, channel=Channel.ODOO, actor_name="Mitchell")

    entry = JournalEntry.objects.get()
    assert (entry.actor, entry.actor_name, entry.channel) == (None, "Mitchell", "ODOO")


def test_an_entry_about_one_side_alone_is_seen_by_that_side_alone(cast):
    note(cast.acme, Happening("person.invited", "About Acme."), by=cast.olivia, at=NOW)
    note(cast.northwind, Happening("person.invited", "About Northwind."), by=cast.bea, at=NOW)

    def seen_by(person):
        with wall(suppliers=person.supplier_ids, companies=person.company_ids):
            return set(JournalEntry.objects.values_list("sentence", flat=True))

    assert seen_by(cast.alice) == {"About Acme."}
    assert seen_by(cast.bea) == {"About Northwind."}
    assert seen_by(cast.mallory) == set()
    assert seen_by(cast.boris) == set()


def test_an_entry_belongs_to_somebody(cast):
    with pytest.raises(DatabaseError, match="journal_entry_has_a_side"), transaction.atomic():
        JournalEntry.objects.create(
            at=NOW, actor_name="x", channel="WEB", subject_type="x", subject_id=1, verb="x", sentence="x"
        )


def test_the_timeline_turns_its_pages_by_key(cast, order):
    for number in range(7):
        note(order, Happening("order.changed", f"Change {number}"), by=None, at=NOW)
    note(cast.acme, Happening("person.invited", "Something else."), by=None, at=NOW)

    first = timeline(order, viewer=cast.alice, size=3)
    second = timeline(order, viewer=cast.alice, before=first.older, size=3)
    third = timeline(order, viewer=cast.alice, before=second.older, size=3)
    assert [[e.sentence[-1] for e in page.entries] for page in (first, second, third)] == [
        ["6", "5", "4"],
        ["3", "2", "1"],
        ["0"],
    ]
    assert third.older is None
    assert timeline(order, viewer=cast.mallory).entries == []


def test_administrators_find_entries_by_correlation_id_and_change_nothing(cast, as_, order):
    JournalEntry.objects.create(
        supplier=cast.acme, company=cast.northwind, at=NOW, actor_name="Alice", channel="WEB",
        subject_type="purchaseorder", subject_id=order.pk, verb="order.acknowledged", sentence="Confirmed.",
        correlation_id="QS-0123456789",
    )  # fmt: skip
    note(order, Happening("order.changed", "Another thing."), by=None, at=NOW)
    browser = as_(cast.ada)

    page = browser.get(reverse("admin:journal_journalentry_changelist"), {"q": "QS-0123456789"})
    assert "Confirmed." in page.content.decode()
    assert "Another thing." not in page.content.decode()
    pk = JournalEntry.objects.first().pk
    assert browser.post(reverse("admin:journal_journalentry_delete", args=[pk])).status_code == 403
    assert browser.post(reverse("admin:journal_journalentry_change", args=[pk]), {}).status_code == 403
    assert browser.get(reverse("admin:journal_journalentry_add")).status_code == 403
