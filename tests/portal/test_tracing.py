"""Traces cost nothing until somebody wants them, and their packages are never needed."""

import logging
import sys

import pytest

from portal.monitoring.tracing import ENDPOINT, start_tracing


def test_without_an_endpoint_nothing_is_loaded(monkeypatch):
    monkeypatch.delenv(ENDPOINT, raising=False)
    assert start_tracing("web") is False
    assert "portal.monitoring.spans" not in sys.modules


def test_an_endpoint_without_the_packages_is_said_in_the_log_and_harms_nothing(monkeypatch, caplog):
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:9")
    monkeypatch.delitem(sys.modules, "portal.monitoring.spans", raising=False)
    monkeypatch.setitem(sys.modules, "opentelemetry", None)  # as if it were not installed
    with caplog.at_level(logging.WARNING):
        assert start_tracing("web") is False
    assert "not installed" in caplog.text


@pytest.mark.parametrize("extra", ["opentelemetry-sdk", "opentelemetry-exporter-otlp-proto-http"])
def test_the_packages_are_an_extra_and_not_in_the_lock_file(extra, settings):
    assert extra in (settings.BASE_DIR / "pyproject.toml").read_text()
    assert extra not in (settings.BASE_DIR / "requirements.lock").read_text()
