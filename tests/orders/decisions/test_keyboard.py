"""Single keys that act on pages: listed, and off for whoever turned them off, on every device."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.decisions.models import Keyboard


def test_the_keys_are_listed_with_what_they_do(as_, cast, words_of):
    words = words_of(as_(cast.rita).get("/keys/"))
    assert "a Approve" in words
    assert "j Next row" in words
    assert "Single keys are on for you" in words


def test_they_are_turned_off_for_one_person_on_every_device(as_, cast, propose):
    propose(later=5)
    here, elsewhere = as_(cast.bea), as_(cast.bea)
    page = here.get("/decide/").content
    assert b"data-keys-off" not in page
    assert b'aria-keyshortcuts="A"' in page
    answer = here.post("/keys/switch/", {"on": "0", "back": "/decide/?kind=date"})
    assert answer["Location"] == "/decide/?kind=date"
    for browser in (here, elsewhere):
        page = browser.get("/decide/").content
        assert b"data-keys-off" in page
        assert b"aria-keyshortcuts" not in page
        assert b"Turn them on" in page
    assert b"data-keys-off" not in as_(cast.rita).get("/").content


def test_they_are_turned_on_again(as_, cast):
    Keyboard.objects.create(user=cast.rita, is_on=False)
    rita = as_(cast.rita)
    assert b"data-keys-off" in rita.get("/").content
    assert rita.post("/keys/switch/", {"on": "1"})["Location"] == "/keys/"
    assert b"data-keys-off" not in rita.get("/").content
    assert Keyboard.objects.get().is_on


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:1"])
def test_the_way_back_stays_here(as_, cast, back):
    assert as_(cast.rita).post("/keys/switch/", {"on": "0", "back": back})["Location"] == "/keys/"


def test_asking_costs_one_query_in_each_session(as_, cast):
    rita = as_(cast.rita)
    rita.get("/keys/")
    with CaptureQueriesContext(connection) as found:
        rita.get("/keys/")
    assert not [query for query in found if "keyboard" in query["sql"]]


def test_turning_is_posted_and_for_people_who_are_logged_in(as_, cast, client):
    assert client.get("/keys/")["Location"].startswith("/accounts/login/")
    assert as_(cast.rita).get("/keys/switch/").status_code == 405
    assert as_(cast.rita).post("/keys/").status_code == 405
