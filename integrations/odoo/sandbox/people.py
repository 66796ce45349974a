"""Companies, contacts, users, groups and keys: who a purchase order is about."""

from __future__ import annotations

from integrations.odoo.sandbox.environment import Env
from integrations.odoo.sandbox.errors import AccessError
from integrations.odoo.sandbox.mail_models import Thread
from integrations.odoo.sandbox.model import Reader, Values
from integrations.odoo.sandbox.rpc_model import RpcModel, on_model, on_records
from integrations.odoo.sandbox.store import Record


class Company(RpcModel):
    """res.company: address fields are those of its contact."""

    def defaults(self, env: Env, values: Values) -> Values:
        """A contact of the same name, Odoo's default purchase settings."""
        partner = (
            values.get("partner_id")
            or env.create("res.partner", {"name": values.get("name"), "is_company": True})["id"]
        )
        rounding = "round_globally" if env.version >= 19 else "round_per_line"
        return {
            "partner_id": partner,
            "po_lock": "edit",
            "po_double_validation": "one_step",
            "po_double_validation_amount": 5000.0,
            "tax_calculation_rounding_method": rounding,
            "active": True,
            "sequence": 10,
            **({"po_lead": 0.0} if env.version < 19 else {}),
        }

    def after_make(self, env: Env, record_id: int, given: Values) -> None:
        """The contact carries the address."""
        self._to_partner(env, record_id, given)

    def after_change(self, env: Env, record_id: int, before: Record, given: Values) -> None:
        """The contact carries the address."""
        self._to_partner(env, record_id, given)

    def _to_partner(self, env: Env, record_id: int, values: Values) -> None:
        shared = ("email", "phone", "street", "city", "zip", "country_id", "vat", "name")
        address = {name: values[name] for name in shared if name in values}
        if address:
            env.write("res.partner", [env.record(self.name, record_id)["partner_id"]], address)

    def computed(self, env: Env, name: str) -> Reader | None:
        """Address fields live on the contact."""
        if name in ("street", "city", "zip", "country_id", "vat"):
            return lambda record: env.record("res.partner", record["partner_id"]).get(name, False)
        return None


class Partner(Thread):
    """res.partner: vendors and the people who work there."""

    def defaults(self, env: Env, values: Values) -> Values:
        """An active contact in English."""
        return {"active": True, "type": "contact", "lang": "en_US", "is_company": False}

    def before_change(self, env: Env, record: Record, values: Values) -> None:
        """A contact cannot be its own parent."""
        if values.get("parent_id"):
            self.refuse_loop(env, record["id"], values["parent_id"], "Partner")

    def after_make(self, env: Env, record_id: int, given: Values) -> None:
        """Derived names and the company a person belongs to."""
        self._derive(env, record_id)

    def after_change(self, env: Env, record_id: int, before: Record, given: Values) -> None:
        """Derived names and the company a person belongs to."""
        self._derive(env, record_id)

    def _derive(self, env: Env, record_id: int) -> None:
        record = env.record(self.name, record_id)
        parent = record.get("parent_id")
        top = record_id
        if parent and not record.get("is_company"):
            top = env.record(self.name, parent).get("commercial_partner_id") or parent
        env.forget_names()
        name = self.display_name(env, record)
        env.put(self.name, record_id, {"complete_name": name, "commercial_partner_id": top})

    def display_name(self, env: Env, record: Record) -> str:
        """`Company, Person` for people of a company."""
        name = record.get("name") or ""
        if record.get("parent_id") and not record.get("is_company"):
            return f"{env.record(self.name, record['parent_id']).get('name') or ''}, {name}"
        return str(name)

    def computed(self, env: Env, name: str) -> Reader | None:
        """Company or person."""
        if name == "company_type":
            return lambda record: "company" if record.get("is_company") else "person"
        if name == "partner_share":
            return lambda record: not self._is_employee(env, record["id"])
        return None

    def _is_employee(self, env: Env, partner_id: int) -> bool:
        """Whether a user of the house stands behind a contact."""
        return any(not user.get("share") for user in env.linked("res.users", "partner_id", partner_id))


class User(RpcModel):
    """res.users: name, e-mail and language are those of the user's contact."""

    _SHARED = ("name", "email", "lang", "tz")

    def make(self, env: Env, given: Values) -> int:
        """A user and the contact behind it."""
        values = dict(given)
        password = values.pop("password", None)
        shared = {name: values.pop(name) for name in self._SHARED if name in values}
        if not values.get("partner_id"):
            values["partner_id"] = env.create("res.partner", shared)["id"]
        elif shared:
            env.write("res.partner", [values["partner_id"]], shared)
        company = values.setdefault("company_id", env.company_id if env.uid > 1 else 1)
        values.setdefault("company_ids", [(6, 0, [company])])
        record_id = super().make(env, {"active": True, **values})
        if password:
            env.store.change(self.name, record_id, {"_password": password})
        return record_id

    def before_change(self, env: Env, record: Record, values: Values) -> None:
        """What the contact carries is written there."""
        shared = {name: values.pop(name) for name in self._SHARED if name in values}
        if shared:
            env.write("res.partner", [record["partner_id"]], shared)

    def computed(self, env: Env, name: str) -> Reader | None:
        """Fields of the contact."""
        if name in self._SHARED:
            empty = "en_US" if name == "lang" else False
            return lambda record: env.record("res.partner", record["partner_id"]).get(name, empty)
        return None

    def display_name(self, env: Env, record: Record) -> str:
        """The contact's name."""
        return str(env.record("res.partner", record["partner_id"]).get("name") or record["login"])

    @on_model
    def context_get(self, env: Env) -> Values:
        """Language, time zone and id of the calling user."""
        partner = env.record("res.partner", env.user["partner_id"])
        return {"lang": partner.get("lang") or "en_US", "tz": partner.get("tz") or False, "uid": env.uid}

    @on_model
    def has_group(self, env: Env, group_ext_id: str) -> bool:
        """Whether the calling user is in a group."""
        return env.has_group(group_ext_id)


class Group(RpcModel):
    """res.groups."""

    def computed(self, env: Env, name: str) -> Reader | None:
        """The full name is what is stored as the name."""
        return (lambda record: record["name"]) if name == "full_name" else None


class ApiKey(RpcModel):
    """res.users.apikeys: the keys themselves are never shown."""

    @on_records
    def remove_keys(self, env: Env, ids: list[int]) -> bool:
        """Revoke keys; owners may revoke their own."""
        for record in env.records(self.name, ids):
            if record["user_id"] != env.uid and not env.has_group("base.group_system"):
                raise AccessError("You can not remove API keys unless they're yours or you are a system user")
        self.remove(env, ids)
        return True


PEOPLE_MODELS: dict[str, type[RpcModel]] = {
    "res.company": Company,
    "res.partner": Partner,
    "res.users": User,
    "res.groups": Group,
    "res.users.apikeys": ApiKey,
}
