"""The database behind the doors: users and keys, one transaction per call, methods looked up as Odoo does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from integrations.odoo.sandbox.catalog import INDEXED, build_models
from integrations.odoo.sandbox.environment import SUPERUSER, Env
from integrations.odoo.sandbox.errors import AccessDenied, AccessError, RpcError, ServerError, UserError
from integrations.odoo.sandbox.schema import schema_for
from integrations.odoo.sandbox.store import Store
from integrations.odoo.sandbox.values import stamp

Clock = Callable[[], datetime]
# Written when a new database is filled: a start that was killed half-way begins anew.
SEED_MARK = "_sandbox"


def wall_clock() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


class UnknownMethod(Exception):
    """No such public method on the model (each door words it differently)."""


class Engine:
    """One sandbox database. Safe to call from many threads: calls run one after the other."""

    def __init__(self, version: int, *, database: str, path: Path | None, clock: Clock = wall_clock) -> None:
        self.version = version
        self.database = database
        self.clock = clock
        self.schema = schema_for(version)
        self.models = build_models(self.schema)
        self.store = Store(path, indexed=INDEXED)
        self._lock = threading.RLock()
        planted = self.planted_version
        if planted not in (None, version):
            self.store.close()
            raise ValueError(f"the state file holds an Odoo {planted} database, not one of {version}")

    @property
    def planted_version(self) -> int | None:
        """The version the database was completely filled for, or None when it still has to be."""
        mark = self.store.table(SEED_MARK).get(1)
        return int(mark["version"]) if mark else None

    def close(self) -> None:
        """Wait for the running call, then close the file."""
        with self._lock:
            self.store.close()

    @contextmanager
    def transaction(
        self, uid: int = SUPERUSER, *, context: dict[str, Any] | None = None, now: datetime | None = None
    ) -> Iterator[Env]:
        """All or nothing: commits at the end, rolls back on any error."""
        with self._lock:
            moment = stamp(now or self.clock())
            env = Env(self.store, self.schema, self.models, uid=uid, context=context or {}, now=moment)
            try:
                yield env
            except BaseException:
                self.store.rollback()
                raise
            self.store.commit()

    # Users -----------------------------------------------------------------------------------------------

    def user_for(self, database: str, login: str, secret: str) -> int | None:
        """The uid for a login with password or key, or None."""
        if database != self.database:
            raise no_such_database(database)
        with self._lock:
            for user in self.store.table("res.users").values():
                if user["login"] == login and user.get("active", True):
                    return user["id"] if self._accepts(user["id"], secret) else None
        return None

    def check_secret(self, database: str, uid: int, secret: str) -> None:
        """Raise AccessDenied unless password or key belong to the user."""
        if database != self.database:
            raise no_such_database(database)
        with self._lock:
            user = self.store.table("res.users").get(uid)
            if not user or not user.get("active", True) or not self._accepts(uid, secret):
                raise AccessDenied

    def _accepts(self, uid: int, secret: str) -> bool:
        user = self.store.table("res.users")[uid]
        if secret and user.get("_password") == secret:
            return True
        return self.user_for_key(secret) == uid

    def user_for_key(self, key: str) -> int | None:
        """The uid behind an API key that has not expired, or None."""
        with self._lock:
            now = stamp(self.clock())
            for entry in self.store.table("res.users.apikeys").values():
                if entry.get("_key") == key and not (entry.get("expiration_date") or now) < now:
                    return int(entry["user_id"])
        return None

    # Calls -----------------------------------------------------------------------------------------------

    def public_method(self, model: str, method: str) -> Callable[..., Any]:
        """The bound method. Raises AccessError for private names and UnknownMethod."""
        if method.startswith("_"):
            raise private_method(self.version, model, method)
        found: Any = getattr(self.models[model], method, None)
        first, last = getattr(found, "rpc_since", 0), getattr(found, "rpc_until", 99)
        if not hasattr(found, "rpc_takes_ids") or not first <= self.version <= last:
            raise UnknownMethod(method)
        return found

    def call(self, uid: int, model: str, method: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """One call as execute_kw makes it: positional arguments, ids first for methods on records."""
        if model not in self.models:
            raise UserError(f"Object {model} doesn't exist")
        try:
            function = self.public_method(model, method)
        except UnknownMethod as unknown:
            raise attribute_error(self.version, model, method) from unknown
        named = dict(kwargs)
        context = named.pop("context", None) or {}
        positional = list(args)
        if function.rpc_takes_ids:  # type: ignore[attr-defined]
            first = positional.pop(0) if positional else named.pop("ids", [])
            positional.insert(0, as_ids(first))
        return self.run(uid, function, positional, named, context)

    def run(
        self,
        uid: int,
        function: Callable[..., Any],
        args: list[Any],
        kwargs: dict[str, Any],
        context: dict[str, Any],
    ) -> Any:
        """Run a bound method in its own transaction. Whatever goes wrong comes out as an RpcError."""
        try:
            with self.transaction(uid, context=context) as env:
                result = function(env, *args, **kwargs)
                if isinstance(result, dict) and result.get("ids") is False and "messages" in result:
                    self.store.rollback()
                return result
        except RpcError:
            raise
        except Exception as error:
            raise ServerError(f"builtins.{type(error).__name__}", _bare(error)) from error


def _bare(error: Exception) -> str:
    return str(error.args[0]) if error.args else ""


def as_ids(value: Any) -> list[int]:
    """Record ids as RPC gives them: a list or a single number; anything else matches nothing."""
    items = value if isinstance(value, (list, tuple)) else [value] if value else []
    return [item for item in items if type(item) is int]


def no_such_database(database: str) -> ServerError:
    """What PostgreSQL says to a wrong database name."""
    return ServerError(
        "psycopg2.OperationalError",
        f'connection to server on socket failed: FATAL:  database "{database}" does not exist\n',
    )


def private_method(version: int, model: str, method: str) -> AccessError:
    """The refusal of methods whose name starts with an underscore."""
    shown = method if version == 18 else f"'{model}.{method}'"
    return AccessError(f"Private methods (such as {shown}) cannot be called remotely.")


def attribute_error(version: int, model: str, method: str) -> ServerError:
    """The refusal of unknown methods on XML-RPC and JSON-RPC."""
    if version == 18:
        text = f"The method '{method}' does not exist on the model '{model}'"
    else:
        text = f"The method '{model}.{method}' does not exist"
    return ServerError("builtins.AttributeError", text)
