"""The health check: open to nobody in particular, honest, and silent about secrets."""

import pytest
from django.db import DatabaseError
from django.test import Client

from portal.home import health


def test_it_answers_without_a_login_and_without_a_known_host_name(db, settings):
    settings.ALLOWED_HOSTS = ["portal.example"]
    response = Client().get("/healthz", headers={"host": "10.0.0.7"})
    assert response.status_code == 200
    assert response.json() == {"database": "ok", "broker": "ok"}
    assert response["Cache-Control"] == "no-store"


def test_it_says_which_part_cannot_be_reached_and_nothing_more(db, settings):
    settings.CELERY_BROKER_URL = "redis://:topsecret@127.0.0.1:1/0"
    response = Client().get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"database": "ok", "broker": "unreachable"}
    assert b"topsecret" not in response.content


class Away:
    """A database connection whose server has gone."""

    def cursor(self):
        raise DatabaseError("the server closed the connection")


def test_a_database_that_is_away_is_told_apart_from_the_broker(monkeypatch):
    monkeypatch.setattr(health, "connection", Away())
    response = Client().get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"database": "unreachable", "broker": "ok"}


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_only_reads(db, method):
    assert getattr(Client(), method)("/healthz").status_code in {403, 405}
