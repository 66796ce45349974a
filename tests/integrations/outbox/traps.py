"""What kills a worker: each function sets a trap in the process it is called in."""

import os
import select
import signal
from collections.abc import Callable
from functools import reduce
from http.client import HTTPConnection
from importlib import import_module
from typing import Any, NoReturn

from tests.integrations.outbox import receiver

MODULE = __name__


def die() -> NoReturn:
    """End this process as a power cut would: nothing is closed, flushed or said."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")


def die_before(step: str, time: int) -> None:
    """Die instead of taking a step ("module:function", "module:Class.method") for the given time."""
    _replace(step, time, lambda plain, *args, **kwargs: die())


def die_after(step: str, time: int) -> None:
    """Die as soon as a step ("module:function", "module:Class.method") has been taken for the given time."""

    def take_it_and_die(plain: Callable[..., Any], *args: Any, **kwargs: Any) -> NoReturn:
        plain(*args, **kwargs)
        die()

    _replace(step, time, take_it_and_die)


def die_in_mid_sentence(time: int) -> None:
    """Die with half of the request sent."""

    def write_half(plain: Any, connection: HTTPConnection, path: str) -> NoReturn:
        connection.putrequest("POST", path)
        connection.putheader("Content-Length", "1000")
        connection.endheaders(b"half of it")
        die()

    _replace(f"{receiver.__name__}:write", time, write_half)


def die_before_the_reply_is_read(time: int) -> None:
    """Die when the receiver has committed and answered."""

    def write_and_not_read(plain: Any, connection: HTTPConnection, path: str) -> NoReturn:
        connection.request("POST", path, body="{}")
        select.select([connection.sock], [], [], 10)
        die()

    _replace(f"{receiver.__name__}:write", time, write_and_not_read)


def no_trap() -> None:
    """Let the worker live."""


def _replace(step: str, time: int, instead: Callable[..., Any]) -> None:
    """Replace the step by *instead* the given time it is taken, counted from 1."""
    module_name, path = step.split(":")
    *outer, name = path.split(".")
    owner = reduce(getattr, outer, import_module(module_name))
    plain = getattr(owner, name)
    taken = 0

    def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal taken
        taken += 1
        return instead(plain, *args, **kwargs) if taken == time else plain(*args, **kwargs)

    setattr(owner, name, counted)
