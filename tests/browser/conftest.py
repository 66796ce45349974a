"""Headless Chromium in front of the whole demo: web server, worker, scheduler, broker, sandbox Odoo."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from portal.demo.people import PASSWORD
from tests.running import Demo

_PATIENCE = 30_000  # milliseconds; the whole demo runs on the machine that tests
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}


def _chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The whole demo, seeded, for all tests of the session; each test takes an order nobody else touched."""
    if _chromium() is None:
        pytest.skip("NO CHROMIUM: the browser tests were skipped (install it, or name it in CHROMIUM)")
    demo = Demo(tmp_path_factory.mktemp("browser"))
    demo.wait_until_up()
    yield demo
    assert demo.stop() == 0


@pytest.fixture(scope="session")
def chromium(demo: Demo) -> Iterator[Browser]:
    """One browser for the session."""
    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


class Visitor:
    """Opens browsers of people who are logged in; fails the test when a page logs an error."""

    def __init__(self, chromium: Browser, demo: Demo) -> None:
        self._chromium, self._demo = chromium, demo
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def __call__(self, email: str, *, size: str = "desktop", javascript: bool = True) -> Page:
        page = self.stranger(size=size, javascript=javascript)
        page.goto("/accounts/login/")
        page.fill("input[name=login]", email)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit], form button[type=submit]")
        page.wait_for_url("**/")
        return page

    def stranger(self, *, size: str = "desktop", javascript: bool = True) -> Page:
        """Open a browser in which nobody is logged in."""
        width, height = SIZES[size]
        context = self._chromium.new_context(
            base_url=self._demo.address,
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            bypass_csp=False,
        )
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(_PATIENCE)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def close(self) -> None:
        """Close what was opened."""
        for context in self._contexts:
            context.close()


@pytest.fixture
def visit(chromium: Browser, demo: Demo) -> Iterator[Visitor]:
    """``page = visit("alice@acme.example")`` is a page on which Alice is logged in."""
    visitor = Visitor(chromium, demo)
    yield visitor
    visitor.close()
    assert visitor.complaints == []


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checker (axe-core, MPL-2.0, for tests only)."""
    return (Path(__file__).parent / "axe.min.js").read_text()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly that there was no browser: a quiet skip looks like success."""
    if _chromium() is None and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("")
        terminalreporter.write_line("*" * 78, red=True, bold=True)
        terminalreporter.write_line(
            "*  NO CHROMIUM WAS FOUND: THE BROWSER TESTS WERE SKIPPED, NOT PASSED.", red=True, bold=True
        )
        terminalreporter.write_line("*" * 78, red=True, bold=True)
        sys.stdout.flush()
