"""Passwords and keys do not get into what is stored for people to read."""

import pytest

from integrations.masking import MASK, masked_data, masked_text

KEY = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"Authorization: Bearer {KEY}", KEY),
        ("authorization: bearer abc.def-ghi", "abc.def-ghi"),
        ("connect(password='hunter2', port=80)", "hunter2"),
        ('{"api_key": "hunter2", "n": 1}', "hunter2"),
        ("https://odoo:hunter2@example.com/xmlrpc", "hunter2"),
        (f"execute_kw('db', 2, '{KEY}', 'purchase.order', 'read')", KEY),
        ("access_token=hunter2&x=1", "hunter2"),
    ],
)
def test_a_secret_in_a_text_is_masked(text, secret):
    assert secret not in masked_text(text)
    assert MASK in masked_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "Order P00012 has no line 7.",
        "http://127.0.0.1:8069/xmlrpc/2/object",
        "quayside_note_0123456789abcdef0123456789abcdef",
        "The secret of a good bolt is its thread.",
    ],
)
def test_other_texts_stay_as_they_are(text):
    assert masked_text(text) == text


def test_secrets_in_data_are_masked_wherever_they_are():
    data = {"order": 17, "login": {"user": "q", "Password": "hunter2"}, "calls": [f"key {KEY}"], "token": ""}
    assert masked_data(data) == {
        "order": 17,
        "login": {"user": "q", "Password": MASK},
        "calls": [f"key {MASK}"],
        "token": "",
    }
