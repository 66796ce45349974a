"""The frame around every page: who I am, where I may go, how fresh it is; and what went wrong."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from integrations.odoo.models import FeedCursor
from integrations.outbox.models import OutboxMessage
from portal.home import errors
from suppliers.people.models import Role
from tests import factories


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()


def test_it_says_who_i_am_and_for_whom_i_act(as_, cast):
    factories.member(cast.alice, cast.globex, Role.READ_ONLY)
    page = as_(cast.alice).get("/orders/").content.decode()
    assert "Alice Sales" in page
    assert "Sales, Acme Fasteners GmbH + 1" in page
    assert "Globex Hydraulics Ltd" in page


def test_only_what_exists_and_the_role_may_use_is_in_the_navigation(as_, cast, settings):
    settings.DEMO = False

    def labels(person):
        return [section.label for section in as_(person).get("/orders/").context["frame"].sections]

    assert labels(cast.alice) == ["Home", "Orders", "Messages", "Colleagues"]
    assert labels(cast.ada)[-1] == "Administration"


def test_the_current_section_is_marked(as_, cast, order):
    sections = as_(cast.alice).get(f"/orders/{order.pk}/").context["frame"].sections
    assert [section.label for section in sections if section.is_current] == ["Orders"]


def test_the_number_of_things_waiting_is_counted_up_to_a_limit(as_, cast, order):
    assert as_(cast.alice).get("/orders/").context["frame"].waiting == 1
    assert as_(cast.bea).get("/orders/").context["frame"].waiting == 0


def test_the_strip_says_how_fresh_the_page_is(as_, cast):
    alice, bea = as_(cast.alice), as_(cast.bea)
    assert "Odoo was not read yet" in alice.get("/orders/").content.decode()
    cache.clear()
    connection = cast.northwind.connection
    FeedCursor.objects.create(
        connection=connection, model="m", polled_at=timezone.now() - timedelta(minutes=1)
    )
    assert "Odoo: in step at" in alice.get("/orders/").content.decode()
    cache.clear()
    OutboxMessage.objects.create(
        topic="t", key="1", document="d", destination=f"odoo:{connection.pk}", payload={}
    )
    assert "Odoo is catching up (1 waiting)" in bea.get("/orders/").content.decode()


def test_times_are_told_in_the_zone_of_the_reader(as_, cast, order):
    cast.alice.time_zone = "Asia/Tokyo"
    cast.alice.save()
    order.ordered_at = timezone.now().replace(hour=20, minute=30)
    order.save()
    assert "05:30 JST" in as_(cast.alice).get(f"/orders/{order.pk}/").content.decode()


def test_a_zone_nobody_knows_keeps_nobody_out(as_, cast):
    cast.alice.time_zone = "Mars/Olympus"
    cast.alice.save()
    assert as_(cast.alice).get("/orders/").status_code == 200


def test_no_page_needs_what_the_content_policy_forbids(as_, cast, order):
    for path in ("/", "/orders/", f"/orders/{order.pk}/"):
        for person in (cast.alice, cast.bea):
            page = as_(person).get(path).content.decode()
            assert " style=" not in page
            assert "<style" not in page
            assert " onclick=" not in page
            assert "https://" not in page
            assert all("src=" in script for script in page.split("<script")[1:])


def test_a_page_that_is_not_there_says_what_to_do_and_names_its_id(as_, cast):
    response = as_(cast.alice).get("/nowhere/")
    assert response.status_code == 404
    page = response.content.decode()
    assert "Look among your orders" in page
    assert response["X-Correlation-ID"] in page


def test_what_the_role_does_not_allow_says_which_role_it_takes(as_, cast, order):
    response = as_(cast.rita).post(f"/orders/{order.pk}/accept/")
    assert response.status_code == 403
    page = response.content.decode()
    assert "it takes: Owner or Sales" in page
    assert response["X-Correlation-ID"] in page


def test_our_own_failure_asks_the_database_nothing(rf, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        response = errors.broken(rf.get("/"))
    assert response.status_code == 500
    assert b"was not saved" in response.content


def test_a_form_from_a_page_open_too_long_is_explained(cast, order):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.alice)
    response = client.post(f"/orders/{order.pk}/accept/")
    assert response.status_code == 403
    assert b"This page was open too long" in response.content


def test_the_admin_site_leads_back_to_the_portal(as_, cast):
    page = as_(cast.ada).get(reverse("admin:index")).content.decode()
    assert "Quayside administration" in page
    assert "Back to the portal" in page
