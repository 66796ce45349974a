"""Something done just before or just after the call of a verb that changes something on the other side."""

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

from integrations.odoo.client import Json2Client, XmlRpcClient
from tests.integrations.outbox.traps import die

MODULE = __name__
MAIL = "mail"
Act = Callable[[], object]


def nothing() -> None:
    """Let it go on."""


def set_trap(
    model: str,
    method: str,
    *,
    before: Act = nothing,
    after: Act = nothing,
    put: Callable[[Any, str, Any], None] = setattr,
) -> None:
    """Do *before* and *after* around each call of a model's method; model "mail" means sending a mail.

    *put* replaces an attribute, as ``setattr`` and a test's monkeypatch do.
    """
    if model == MAIL:
        deliveries: Any = import_module("suppliers.notices.deliveries")
        put(deliveries, "send_mail", _around(deliveries.send_mail, before, after, lambda *args: True))
        return
    for client in (XmlRpcClient, Json2Client):
        plain = client.call
        put(client, "call", _around(plain, before, after, lambda _, *args: args[:2] == (model, method)))


def die_before_call(model: str, method: str) -> None:
    """Die with everything looked at and nothing written."""
    set_trap(model, method, before=die)


def die_after_call(model: str, method: str) -> None:
    """Die with the call committed on the other side and nothing else done."""
    set_trap(model, method, after=die)


def _around(plain: Callable[..., Any], before: Act, after: Act, fits: Callable[..., bool]) -> Callable:
    @wraps(plain)
    def call(*args: Any, **kwargs: Any) -> Any:
        if not fits(*args):
            return plain(*args, **kwargs)
        before()
        answer = plain(*args, **kwargs)
        after()
        return answer

    return call
