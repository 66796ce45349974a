"""The table of fields says what fields_get of real servers says."""

from __future__ import annotations

import json

import pytest

from integrations.odoo.sandbox.schema import RENAMES, schema_for
from tests.integrations.odoo.sandbox.conftest import RECORDED, VERSIONS

_LOG = ("create_date", "create_uid", "write_date", "write_uid")


@pytest.mark.parametrize("version", VERSIONS)
def test_types_relations_and_selections(version):
    folder = RECORDED / "fields" / str(version)
    if not folder.exists():
        pytest.skip("no recordings beside this checkout")
    compared = 0
    for model in schema_for(version).models.values():
        path = folder / f"{model.name}.json"
        if not path.exists():
            continue
        real = json.loads(path.read_text(encoding="utf-8"))
        for field in model.fields.values():
            if field.name in _LOG and field.name not in real:
                # Some models keep no log; the sandbox keeps it for all.
                continue
            about = real[field.name]
            place = f"{version} {model.name}.{field.name}"
            assert field.type == about["type"], place
            assert field.relation == about.get("relation", ""), place
            if field.type == "selection" and field.selection:
                assert list(field.selection) == [value for value, _ in about["selection"]], place
            if field.name not in ("id", "display_name"):
                assert field.required == bool(about.get("required")), place
            compared += 1
    assert compared > 300


@pytest.mark.parametrize("version", VERSIONS)
def test_models_of_other_versions_are_absent(version):
    models = schema_for(version).models
    assert ("stock.package" in models) is (version >= 19)
    assert ("stock.quant.package" in models) is (version < 19)


@pytest.mark.parametrize("version", VERSIONS)
def test_each_rename_has_exactly_one_name_per_version(version):
    schema = schema_for(version)
    for model, pairs in RENAMES.items():
        for newest, older in pairs.items():
            present = {newest, older} & set(schema.models[model].fields)
            assert present == {schema.own_name(model, newest)}


def test_other_versions_are_refused():
    with pytest.raises(ValueError, match="stands in for"):
        schema_for(16)
