"""No conversation with another system takes place inside a database transaction."""

import pytest
from django.db import transaction

from integrations.odoo.client import Access, connect
from integrations.transactions import refuse_in_transaction


@pytest.mark.django_db(transaction=True)
def test_a_transaction_is_refused_and_nothing_else():
    refuse_in_transaction()
    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a database transaction"):
        refuse_in_transaction()
    refuse_in_transaction()


@pytest.mark.django_db
def test_the_transaction_a_test_runs_in_is_overlooked():
    refuse_in_transaction()
    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a database transaction"):
        refuse_in_transaction()


def test_no_database_is_needed_to_ask():
    refuse_in_transaction()


@pytest.mark.django_db
def test_the_wire_to_odoo_refuses():
    access = Access("http://127.0.0.1:9", "demo", "q", "key")
    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a database transaction"):
        connect(access)
