"""An illegal move becomes its sentence, where one came from or where htmx shows it; nothing is kept."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from suppliers.people.models import Membership

SENTENCE = "Olivia Owner is the last owner of Acme Fasteners GmbH: make somebody else owner first."


@pytest.fixture
def url(cast) -> str:
    return reverse("people:remove", args=[Membership.objects.get(user=cast.olivia).pk])


def test_one_is_sent_back_with_the_sentence(cast, as_, url):
    response = as_(cast.olivia).post(url, headers={"referer": "http://testserver/people/?q=1"})

    assert response.headers["Location"] == "http://testserver/people/?q=1"
    assert [str(message) for message in get_messages(response.wsgi_request)] == [SENTENCE]


@pytest.mark.parametrize("referer", ["", "https://evil.example/", "javascript:alert(1)"])
def test_one_is_never_sent_elsewhere(cast, as_, url, referer):
    response = as_(cast.olivia).post(url, headers={"referer": referer})
    assert response.headers["Location"] == "/"


def test_htmx_gets_a_conflict_and_the_place_for_the_sentence(cast, as_, url):
    response = as_(cast.olivia).post(url, headers={"hx-request": "true"})

    assert response.status_code == 409
    assert SENTENCE in response.content.decode()
    assert response.headers["HX-Retarget"] == "#messages"
    assert Membership.objects.filter(user=cast.olivia).exists()
