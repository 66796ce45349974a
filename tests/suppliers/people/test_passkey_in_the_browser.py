"""A passkey is added and logs in by itself, in a real browser and under the content security policy."""

import os
import shutil

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from playwright.sync_api import sync_playwright

from tests.factories import PASSWORD

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
# A phone with a fingerprint that is always there and always right.
PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(monkeypatch):
    # Playwright's own event loop makes Django think it is asynchronous; it is not.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        phone = page.context.new_cdp_session(page)
        phone.send("WebAuthn.enable")
        phone.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})
        yield page
        browser.close()
        # Inside Playwright's loop Django opened a second connection for this thread.
        connection.close()


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM HERE: passkeys are not tested in a browser")
@pytest.mark.django_db(transaction=True)
def test_a_buyer_sets_up_a_passkey_and_logs_in_with_nothing_else(cast, live_server, page):
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    # Passkeys belong to names, not to addresses of machines.
    site = live_server.url.replace("127.0.0.1", "localhost")

    page.goto(f"{site}/accounts/login/")
    page.fill("[name=login]", cast.bea.email)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url("**/accounts/2fa/")
    page.get_by_role("link", name="Add a passkey").click()
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/webauthn/add/")
    page.check("[name=passwordless]")
    page.get_by_role("button", name="Add the passkey").click()
    page.wait_for_url("**/recovery-codes/")
    assert Authenticator.objects.filter(user=cast.bea, type=Authenticator.Type.WEBAUTHN).exists()

    page.goto(f"{site}/accounts/logout/")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/accounts/login/**")
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url(f"{site}/")
    assert "Bea Buyer" in page.inner_text("header")
    assert complaints == []
