"""Reads fields.txt: which models and fields exist on one Odoo version, and what each field is."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

TABLE = Path(__file__).with_name("fields.txt")
VERSIONS = (17, 18, 19)

# Renamed in 19. The code of the sandbox speaks with the newest name; `Schema.names` gives the version's own.
RENAMES = {
    "purchase.order": {"note": "notes"},
    "purchase.order.line": {"product_uom_id": "product_uom", "tax_ids": "taxes_id"},
    "product.supplierinfo": {"product_uom_id": "product_uom"},
    "res.users": {"group_ids": "groups_id"},
}
# `stock.quant.package` became `stock.package` in 19.
PACKAGE_MODEL = MappingProxyType({17: "stock.quant.package", 18: "stock.quant.package", 19: "stock.package"})


@dataclass(frozen=True)
class Field:
    """One field of one model on one version."""

    name: str
    type: str
    # The model at the other end of a relation, or "".
    relation: str = ""
    # For one2many: the field that points back.
    inverse: str = ""
    # For selection: technical value to label. Empty when any value is accepted (languages, time zones).
    selection: dict[str, str] = field(default_factory=dict)
    label: str = ""
    required: bool = False
    readonly: bool = False
    # What fields_get reports; Odoo computes the others on reading.
    stored: bool = True


@dataclass(frozen=True)
class ModelSchema:
    """One model on one version."""

    name: str
    description: str
    order: str
    fields: dict[str, Field]


@dataclass(frozen=True)
class Schema:
    """Everything the sandbox keeps on one version."""

    version: int
    models: dict[str, ModelSchema]

    def own_name(self, model: str, newest: str) -> str:
        """This version's name of a field, given its name on 19."""
        old = RENAMES.get(model, {}).get(newest)
        return old if old and self.version < 19 else newest


def model_xmlid(model: str) -> str:
    """External id of a model's ir.model record: it belongs to the module that brings the model."""
    first = model.split(".", 1)[0]
    module = first if first in ("account", "mail", "product", "purchase", "stock", "uom") else "base"
    return f"{module}.model_{model.replace('.', '_')}"


def _in_span(version: int, span: str) -> bool:
    if span == "*":
        return True
    first, _, last = span.partition("-")
    return int(first) <= version <= int(last or first)


def _parse_field(line: str) -> tuple[str, Field]:
    """One indented line -> (versions, field)."""
    head, detail, label, flags = ([part.strip() for part in line.split("|")] + ["", ""])[:4]
    name, span, kind = head.split()
    relation = inverse = ""
    selection: dict[str, str] = {}
    if kind == "selection":
        selection = dict(pair.split("=", 1) for pair in detail.split(",")) if detail else {}
    elif detail:
        relation, _, inverse = detail.rstrip(")").partition("(")
    words = flags.split()
    return span, Field(
        name=name,
        type=kind,
        relation=relation,
        inverse=inverse,
        selection=selection,
        label=label,
        required="required" in words,
        readonly="readonly" in words,
        stored="unstored" not in words,
    )


def _common_fields() -> dict[str, Field]:
    return {
        "id": Field("id", "integer", label="ID", readonly=True),
        "display_name": Field("display_name", "char", label="Display Name", readonly=True, stored=False),
        "create_date": Field("create_date", "datetime", label="Created on", readonly=True),
        "create_uid": Field("create_uid", "many2one", "res.users", label="Created by", readonly=True),
        "write_date": Field("write_date", "datetime", label="Last Updated on", readonly=True),
        "write_uid": Field("write_uid", "many2one", "res.users", label="Last Updated by", readonly=True),
    }


@cache
def schema_for(version: int) -> Schema:
    """The models and fields of one Odoo version. Raises ValueError for a version which is not kept."""
    if version not in VERSIONS:
        raise ValueError(f"the sandbox stands in for Odoo {VERSIONS}, not for {version}")
    models: dict[str, ModelSchema] = {}
    current: ModelSchema | None = None
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith(" "):
            span, parsed = _parse_field(line)
            if current is not None and _in_span(version, span):
                current.fields[parsed.name] = parsed
            continue
        name, span, description, order = (part.strip() for part in line.split("|"))
        current = ModelSchema(name, description, order, _common_fields())
        if _in_span(version, span):
            models[name] = current
    return Schema(version, models)
