"""Logging in: by e-mail and password, second factor, passkey, recovery code; no fishing for names."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.urls import reverse

from portal import caches
from tests import factories
from tests.factories import PASSWORD

LOGIN = "/accounts/login/"
SECRET = "JBSWY3DPEHPK3PXP"
FORGOTTEN = "/accounts/password/reset/"


def code(secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def log_in(person, password=PASSWORD) -> Client:
    browser = Client()
    browser.post(LOGIN, {"login": person.email, "password": password})
    return browser


def confirmed(person) -> Client:
    """Somebody who has shown the password once more, as changing what protects an account asks for."""
    browser = log_in(person)
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return browser


def is_in(browser: Client, person) -> bool:
    return browser.session.get("_auth_user_id") == str(person.pk)


def test_by_e_mail_address_in_any_case_and_password(cast):
    assert is_in(log_in(cast.alice), cast.alice)
    cast.alice.email = cast.alice.email.upper()
    assert is_in(log_in(cast.alice), cast.alice)


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(cast):
    def answer(email):
        page = Client().post(LOGIN, {"login": email, "password": "wrong"}).content.decode()
        return page.replace(email, "").split("<form", 1)[1].partition("csrfmiddlewaretoken")[
            0
        ], "not correct" in page

    assert answer(cast.alice.email) == answer("nobody@example.com")
    assert answer(cast.alice.email)[1]


def test_too_many_attempts_are_locked_out_for_a_while(cast):
    for _ in range(5):
        log_in(cast.alice, "wrong")
    assert not is_in(log_in(cast.alice), cast.alice)


def test_in_production_attempts_are_counted_in_the_database_for_all_web_processes(cast, settings):
    settings.CACHES = settings.CACHES | {"default": caches.IN_POSTGRESQL}
    for _ in range(5):
        log_in(cast.alice, "wrong")
    assert not is_in(log_in(cast.alice), cast.alice)
    # Nothing of it is in this process.
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM home_cache")
        assert cursor.rowcount > 0
    assert is_in(log_in(cast.alice), cast.alice)


def test_somebody_inactive_stays_outside(cast):
    cast.alice.is_active = False
    cast.alice.save()
    assert not is_in(log_in(cast.alice), cast.alice)


def test_with_an_authenticator_app_the_password_alone_is_not_enough(cast):
    factories.second_factor(cast.bea, secret=SECRET)
    browser = log_in(cast.bea)
    assert not is_in(browser, cast.bea)
    browser.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert not is_in(browser, cast.bea)
    browser.post(reverse("mfa_authenticate"), {"code": code()})
    assert is_in(browser, cast.bea)


def test_a_recovery_code_opens_once(cast):
    factories.second_factor(cast.bea)
    [first, *_] = RecoveryCodes.activate(cast.bea).get_unused_codes()
    for expected in (True, False):
        browser = log_in(cast.bea)
        browser.post(reverse("mfa_authenticate"), {"code": first})
        assert is_in(browser, cast.bea) is expected


def test_an_app_s_secret_is_stored_encrypted(cast):
    browser = confirmed(cast.alice)
    page = browser.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    browser.post(reverse("mfa_activate_totp"), {"code": code(secret)})

    app = Authenticator.objects.get(user=cast.alice, type=Authenticator.Type.TOTP)
    assert secret not in str(app.data)
    assert Authenticator.objects.filter(user=cast.alice, type=Authenticator.Type.RECOVERY_CODES).exists()


def test_a_passkey_is_offered_and_its_script_is_our_own(cast):
    page = Client().get(LOGIN)
    text = page.content.decode()
    assert 'id="passkey_login"' in text
    challenge = Client().get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"}).json()
    assert challenge["request_options"]["publicKey"]["challenge"]
    # The policy lets no inline script run; what stands in the page is data.
    assert all('type="application/json"' in tag or "src=" in tag for tag in tags(text, "script"))
    policy = page.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy


def tags(text: str, name: str) -> list[str]:
    return [part.partition(">")[0] for part in text.split(f"<{name} ")[1:]]


def test_a_passkey_can_be_added(cast, as_):
    browser = confirmed(cast.alice)
    page = browser.get(reverse("mfa_add_webauthn"))
    assert page.status_code == 200
    assert page.context["js_data"]["creation_options"]["publicKey"]["user"]["name"] == cast.alice.email


def test_nobody_signs_up_by_themselves(db):
    before = Client().get("/accounts/signup/")
    assert "by invitation only" in before.content.decode()
    Client().post(
        "/accounts/signup/", {"email": "x@example.com", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert isinstance(get_user(Client()), AnonymousUser)


def test_a_forgotten_password_is_set_anew_by_mail(cast, deliver_mail):
    Client().post(FORGOTTEN, {"email": cast.alice.email})
    [mail] = deliver_mail()
    assert mail.to == [cast.alice.email]
    path = "/accounts/" + mail.body.split("/accounts/", 1)[1].split()[0]
    browser = Client()
    form = browser.get(path, follow=True)
    new = "quite another horse"
    browser.post(form.request["PATH_INFO"], {"password1": new, "password2": new})

    assert is_in(log_in(cast.alice, new), cast.alice)
    assert "does not work any more" in Client().get(path, follow=True).content.decode()


def test_asking_for_an_unknown_address_looks_the_same_and_writes_to_nobody(cast, deliver_mail):
    known = Client().post(FORGOTTEN, {"email": cast.alice.email})
    unknown = Client().post(FORGOTTEN, {"email": "nobody@example.com"})

    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )
    assert [mail.to for mail in deliver_mail()] == [[cast.alice.email]]


def test_the_password_can_be_changed_and_its_owner_is_told(cast, deliver_mail):
    browser = log_in(cast.alice)
    new = "quite another horse"
    change = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    browser.post(reverse("account_change_password"), change)

    assert is_in(log_in(cast.alice, new), cast.alice)
    assert "Your password has been changed" in deliver_mail()[0].body


def test_the_address_of_an_account_cannot_be_changed_here(cast, as_):
    assert as_(cast.alice).get("/accounts/email/").status_code == 404


def test_logging_out_takes_a_click_and_not_a_link(cast, as_):
    browser = as_(cast.alice)
    assert "Log out?" in browser.get("/accounts/logout/").content.decode()
    assert is_in(browser, cast.alice)
    browser.post("/accounts/logout/")
    assert not is_in(browser, cast.alice)


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/"])
def test_the_admin_has_no_log_in_page_of_its_own(db, path):
    response = Client().get(path, follow=True)
    assert response.request["PATH_INFO"] == LOGIN
