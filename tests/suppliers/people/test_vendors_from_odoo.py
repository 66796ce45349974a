"""A vendor comes in with its first order: as a new supplier, or as one that another Odoo knows already."""

import pytest
from django.urls import reverse

from suppliers.journal.models import JournalEntry
from suppliers.people.models import BuyerCompany, Supplier, VendorAccount
from suppliers.people.odoo_pull import ensure_vendors
from suppliers.people.tax_ids import full_tax_id
from tests import factories
from tests.factories import NOW
from tests.orders import records

VAT = "DE 999.000.001"


@pytest.fixture
def southbay(cast):
    """A company with an Odoo of its own."""
    return factories.company("Southbay Supply Ltd", currency="GBP")


@pytest.fixture
def acme(cast):
    Supplier.objects.filter(pk=cast.acme.pk).update(vat=VAT)
    return cast.acme


def arrives(at: BuyerCompany, *, vat: str = "DE999000001", partner: int = 70, name: str = "ACME Fixings"):
    record = records.partner(partner, name, vat=vat)
    return ensure_vendors([(at, record)], now=NOW)[at.pk, partner].supplier


def test_an_equal_tax_number_is_the_same_supplier(southbay, acme):
    assert arrives(southbay) == acme
    # It keeps the name it has, and the journal says why it is known here now.
    assert VendorAccount.objects.get(company=southbay).supplier.name == "Acme Fasteners GmbH"
    entry = JournalEntry.objects.get(verb="vendor.recognised")
    assert (entry.supplier, entry.company) == (acme, southbay)
    assert "DE999000001" in entry.sentence


def test_its_people_see_the_orders_of_both(southbay, acme, cast):
    arrives(southbay)
    assert set(BuyerCompany.objects.visible_to(cast.alice)) == {cast.northwind, southbay}


def test_an_equal_name_alone_means_nothing(southbay, acme):
    assert arrives(southbay, vat="", name="Acme Fasteners GmbH") != acme
    assert arrives(southbay, vat="DE999000099", name="Acme Fasteners GmbH", partner=71) != acme


@pytest.mark.parametrize("vat", ["/", "NA", "DE", "DE12", "999000001", "DE000000000", "ABCDEFGH"])
def test_what_is_no_full_tax_number_tells_nobody(southbay, acme, vat):
    Supplier.objects.filter(pk=acme.pk).update(vat=vat)
    assert full_tax_id(vat) == ""
    assert arrives(southbay, vat=vat) != acme


def test_a_number_that_two_suppliers_have_tells_neither(southbay, acme):
    twin = factories.supplier("Acme Fasteners GmbH, Werk 2", at=factories.company("Eastwind"), vat=VAT)
    assert arrives(southbay) not in (acme, twin)


def test_two_partners_of_one_odoo_stay_two(southbay, acme):
    two = [(southbay, records.partner(n, "Acme", vat="DE999000001")) for n in (70, 71)]
    accounts = ensure_vendors(two, now=NOW)
    assert acme not in {account.supplier for account in accounts.values()}
    assert len({account.supplier for account in accounts.values()}) == 2


def test_a_second_partner_does_not_join_the_first(southbay, acme):
    assert arrives(southbay) == acme
    assert arrives(southbay, partner=71) != acme


def test_the_companies_of_one_odoo_share_the_partner(southbay, acme):
    sister = factories.company("Southbay Ireland", connection=southbay.connection)
    first = arrives(southbay, vat="")
    assert first != acme
    assert arrives(sister, vat="") == first


def test_an_account_made_by_an_administrator_decides(southbay, acme):
    VendorAccount.objects.create(supplier=acme, company=southbay, odoo_partner_id=70)
    assert arrives(southbay, vat="", name="Something else") == acme
    assert not JournalEntry.objects.filter(verb="vendor.recognised").exists()


def test_nothing_happens_twice(southbay, acme, django_assert_num_queries):
    arrives(southbay)
    with django_assert_num_queries(1):
        ensure_vendors([(southbay, records.partner(70, "Acme", vat=VAT))], now=NOW)
    assert JournalEntry.objects.filter(verb="vendor.recognised").count() == 1


def test_in_the_admin_an_account_can_be_made_but_not_moved(southbay, acme, cast, as_):
    browser = as_(cast.ada)
    form = {"supplier": acme.pk, "company": southbay.pk, "odoo_partner_id": 70, "reference": ""}
    browser.post(reverse("admin:people_vendoraccount_add"), form)
    account = VendorAccount.objects.get(company=southbay)
    assert account.supplier == acme
    change = reverse("admin:people_vendoraccount_change", args=[account.pk])
    browser.post(change, form | {"supplier": cast.globex.pk, "reference": "4711"})
    account.refresh_from_db()
    assert (account.supplier, account.reference) == (acme, "4711")
