"""Onboarding in the admin ends in the same actions as the colleagues' page."""

import pytest
from django.urls import reverse

from suppliers.journal.models import JournalEntry
from suppliers.people.models import Invitation, Membership, Role, User


@pytest.fixture
def browser(cast, as_):
    return as_(cast.ada)


def test_an_invitation_is_mailed_at_once(cast, browser, deliver_mail):
    new = {"email": "nora@example.com", "supplier": cast.globex.pk, "company": "", "role": Role.OWNER}
    response = browser.post(reverse("admin:people_invitation_add"), new)

    assert response.status_code == 302
    assert Invitation.objects.get().invited_by == cast.ada
    assert deliver_mail()[0].to == ["nora@example.com"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"role": Role.BUYER}, "is one of"),
        ({"supplier": ""}, "Choose either"),
        ({"email": ""}, "required"),
    ],
)
def test_a_wrong_one_is_explained_and_not_sent(cast, browser, wrong, sentence):
    new = {"email": "nora@example.com", "supplier": cast.globex.pk, "company": "", "role": Role.OWNER}
    page = browser.post(reverse("admin:people_invitation_add"), new | wrong)

    assert sentence in page.content.decode()
    assert not Invitation.objects.exists()


def test_a_role_is_changed_by_the_action(cast, browser):
    rita = Membership.objects.get(user=cast.rita)
    browser.post(reverse("admin:people_membership_change", args=[rita.pk]), {"role": Role.FINANCE})

    assert Membership.objects.get(user=cast.rita).role == Role.FINANCE
    assert JournalEntry.objects.get().actor == cast.ada


def test_the_last_owner_stays_here_too(cast, browser):
    olivia = Membership.objects.get(user=cast.olivia)
    page = browser.post(
        reverse("admin:people_membership_delete", args=[olivia.pk]), {"post": "yes"}, follow=True
    )

    assert "last owner" in page.content.decode()
    assert Membership.objects.filter(pk=olivia.pk).exists()
    several = {"action": "delete_selected", "_selected_action": [olivia.pk], "post": "yes"}
    browser.post(reverse("admin:people_membership_changelist"), several)
    assert Membership.objects.filter(pk=olivia.pk).exists()


def test_somebody_is_shut_out_but_not_deleted(cast, browser):
    page = browser.get(reverse("admin:people_user_change", args=[cast.rita.pk]))
    assert page.status_code == 200
    assert "password" not in page.context["adminform"].form.fields
    assert browser.post(reverse("admin:people_user_delete", args=[cast.rita.pk])).status_code == 403
    form = {"name": "Rita", "time_zone": "UTC"}
    browser.post(reverse("admin:people_user_change", args=[cast.rita.pk]), form)
    assert not User.objects.get(pk=cast.rita.pk).is_active


@pytest.mark.parametrize("model", ["supplier", "buyercompany", "vendoraccount"])
def test_companies_can_be_looked_up_and_changed(cast, browser, model):
    assert "Northwind" in browser.get(reverse("admin:people_buyercompany_changelist")).content.decode()
    assert browser.get(reverse(f"admin:people_{model}_add")).status_code == 200
