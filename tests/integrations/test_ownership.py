"""Who owns what: one table, no gaps, no two answers."""

import pytest

from integrations.ownership import TABLE, Master, master_of


def test_odoo_is_master_of_what_it_holds():
    for entity in ("vendor", "product", "purchase order", "purchase order line", "receipt", "posted bill"):
        assert master_of(entity) is Master.ODOO


def test_a_field_may_have_another_master_than_its_entity():
    assert master_of("purchase order line", "promised date") is Master.PORTAL_THEN_ODOO
    assert master_of("purchase order line", "description") is Master.ODOO


def test_nothing_is_owned_twice():
    subjects = [(row.entity, field) for row in TABLE for field in row.fields or ("",)]
    assert len(subjects) == len(set(subjects))


def test_what_nobody_owns_is_an_error():
    with pytest.raises(LookupError):
        master_of("weather")
