"""What Odoo raises, and how each error looks on each protocol (recorded per version)."""

from __future__ import annotations


class RpcError(Exception):
    """An error as Odoo names it.

    `name` is the class named by JSON-RPC and JSON-2, `code` the fault code of /xmlrpc/2, `warning` the word
    in the string fault codes of /xmlrpc, `status` the HTTP status of JSON-2.
    """

    name = "odoo.exceptions.UserError"
    code = 2
    warning = "UserError"
    status = 422

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UserError(RpcError):
    """A business rule refused the call."""


class ValidationError(RpcError):
    """A constraint refused the values. /xmlrpc calls it UserError, as the real one does."""

    name = "odoo.exceptions.ValidationError"


class MissingError(RpcError):
    """A record does not exist, or no longer."""

    name = "odoo.exceptions.MissingError"
    warning = "MissingError"
    status = 404


class AccessError(RpcError):
    """The user may not do this."""

    name = "odoo.exceptions.AccessError"
    code = 4
    warning = "AccessError"
    status = 403


class AccessDenied(RpcError):
    """Wrong login, password or key."""

    name = "odoo.exceptions.AccessDenied"
    code = 3
    warning = ""
    status = 403

    def __init__(self, message: str = "Access Denied") -> None:
        super().__init__(message)


class ServerError(RpcError):
    """Anything that Odoo did not foresee: a Python or database error, answered with its traceback."""

    code = 1
    warning = ""
    status = 500

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


def missing(model: str, record_id: int, uid: int) -> MissingError:
    """The text for one record that is gone."""
    return MissingError(
        f"Record does not exist or has been deleted.\n(Record: {model}({record_id},), User: {uid})"
    )


def value_error(message: str) -> ServerError:
    """A ValueError from deep inside: unknown field, bad selection, bad date."""
    return ServerError("builtins.ValueError", message)


def serialization_failure() -> ServerError:
    """What is left of a write conflict after Odoo's own five tries."""
    return ServerError(
        "psycopg2.errors.SerializationFailure", "could not serialize access due to concurrent update\n"
    )


def invalid_field(version: int, operation: str, model: str, field: str) -> ServerError:
    """An unknown field; the wording and, for writes on 19, even the class differ by version."""
    if version >= 19:
        if operation == "write":
            return ServerError("builtins.KeyError", field)
        word = "on" if operation == "read" else "in"
        return value_error(f"Invalid field {field!r} {word} {model!r}")
    return value_error(f"Invalid field {field!r} on model {model!r}")


def missing_required(version: int, field: str, label: str, model: str, description: str) -> ValidationError:
    """A required field without a value: PostgreSQL's refusal in Odoo's words."""
    if version >= 19:
        return ValidationError(
            "The operation cannot be completed: Missing required value for the field "
            f"'{label}' ({field}).\nModel: '{description}' ({model})\n"
            "- create/update: a mandatory field is not set\n"
            "- delete: another model requires the record being deleted, you can archive it instead\n"
        )
    return ValidationError(
        "The operation cannot be completed:\n- Create/update: a mandatory field is not set.\n"
        "- Delete: another model requires the record being deleted. If possible, archive it instead.\n\n"
        f"Model: {description} ({model})\nField: {label} ({field})\n"
    )


def broken_link(version: int, field: str, model: str, description: str) -> ValidationError:
    """A many2one id that does not exist (17 and 18; 19 answers MissingError)."""
    return ValidationError(
        "The operation cannot be completed: another model requires the record being deleted. "
        f"If possible, archive it instead.\n\nModel: {description} ({model})\n"
        f"Constraint: {model.replace('.', '_')}_{field}_fkey\n"
    )


def traceback_text(error: RpcError) -> str:
    """The server-side traceback which Odoo hands out: shortened, its last line is what clients look at."""
    name = error.name.removeprefix("builtins.")
    # str(KeyError('x')) carries the quotes; every other class prints its message bare.
    shown = repr(error.message) if name == "KeyError" else error.message
    return (
        "Traceback (most recent call last):\n"
        '  File "/odoo/odoo/service/model.py", in execute_cr\n'
        "    result = retrying(partial(call_kw, recs, method, args, kw), env)\n"
        f"{name}: {shown}\n"
    )
