"""The colleagues' page: who is here, another role, an end."""

import pytest
from django.urls import reverse

from suppliers.journal.models import JournalEntry
from suppliers.people.actions import change_role, remove_member
from suppliers.people.models import Membership, Role
from suppliers.refusal import IllegalMove, Refused
from tests import factories
from tests.factories import NOW

TEAM = "/people/"


def of(person) -> Membership:
    return Membership.objects.get(user=person)


def test_everybody_sees_their_colleagues_and_only_them(cast, as_):
    page = as_(cast.rita).get(TEAM).content.decode()
    assert "Alice Sales" in page
    assert "Olivia Owner" in page
    assert "Mallory" not in page
    assert "Bea" not in page
    assert "Invite a colleague" not in page


def test_a_supplier_sees_no_buyers_and_a_buyer_no_suppliers(cast, as_):
    assert "Alice" not in as_(cast.bea).get(TEAM).content.decode()


def test_an_owner_gives_another_role(cast, as_, deliver_mail):
    url = reverse("people:change_role", args=[of(cast.rita).pk])
    assert as_(cast.olivia).post(url, {"role": Role.LOGISTICS}).status_code == 302

    assert of(cast.rita).role == Role.LOGISTICS
    entry = JournalEntry.objects.get(verb="person.role_changed")
    assert entry.changes == [{"what": "role", "old": "Read only", "new": "Logistics"}]
    [mail] = deliver_mail()
    assert (mail.to, "Logistics" in mail.subject) == ([cast.rita.email], True)


def test_strangers_do_not_find_a_colleague_and_other_roles_may_not_touch_them(cast, as_):
    for name in ("people:change_role", "people:remove"):
        url = reverse(name, args=[of(cast.rita).pk])
        assert as_(cast.mallory).post(url, {"role": Role.SALES}).status_code == 404
        assert as_(cast.bea).post(url, {"role": Role.SALES}).status_code == 404
        assert as_(cast.alice).post(url, {"role": Role.SALES}).status_code == 403
        assert as_(cast.olivia).get(url).status_code == 405


@pytest.mark.parametrize("role", [Role.BUYER, "EMPEROR", "", Role.READ_ONLY])
def test_a_role_of_the_other_side_an_unknown_one_and_the_present_one_are_refused(cast, role):
    with pytest.raises(Refused):
        change_role(of(cast.rita), role=role, by=cast.olivia, at=NOW)
    assert of(cast.rita).role == Role.READ_ONLY


def test_the_last_owner_stays_owner(cast, as_):
    with pytest.raises(IllegalMove, match="last owner"):
        change_role(of(cast.olivia), role=Role.SALES, by=cast.olivia, at=NOW)
    with pytest.raises(IllegalMove, match="last owner"):
        remove_member(of(cast.olivia), by=cast.olivia, at=NOW)

    page = as_(cast.olivia).post(reverse("people:remove", args=[of(cast.olivia).pk]), follow=True)
    assert "is the last owner of Acme Fasteners GmbH" in page.content.decode()


def test_an_owner_who_may_not_log_in_does_not_count(cast):
    second = factories.member(factories.user("Otto Owner", is_active=False), cast.acme, Role.OWNER)
    with pytest.raises(IllegalMove, match="last owner"):
        remove_member(of(cast.olivia), by=cast.olivia, at=NOW)
    second.is_active = True
    second.save()
    remove_member(of(cast.olivia), by=second, at=NOW)


def test_removing_ends_access_and_keeps_the_account(cast, as_, order, deliver_mail):
    browser = as_(cast.alice)
    membership = of(cast.alice)
    as_(cast.olivia).post(reverse("people:remove", args=[membership.pk]))

    assert not Membership.objects.filter(user=cast.alice).exists()
    assert "You do not work for anybody here yet" in browser.get(TEAM).content.decode()
    assert JournalEntry.objects.filter(verb="person.removed", supplier=cast.acme).count() == 1
    [mail] = deliver_mail()
    assert "no longer work for Acme Fasteners GmbH" in mail.subject


def test_removing_twice_says_so(cast):
    membership = of(cast.alice)
    remove_member(membership, by=cast.olivia, at=NOW)
    membership.pk = membership.pk or 0
    with pytest.raises(IllegalMove, match="already"):
        remove_member(membership, by=cast.olivia, at=NOW)


def test_the_last_administrator_of_a_buyer_stays(cast):
    anna = factories.member(factories.user("Anna"), cast.northwind, Role.ADMINISTRATOR)
    with pytest.raises(IllegalMove, match="last administrator"):
        remove_member(of(anna), by=anna, at=NOW)
