"""When two Odoo databases mean the same supplier: an equal tax number, and nothing less."""

import re
from collections.abc import Collection

from django.db import connection
from django.db.models import CharField, Func, Value
from django.db.models.functions import Upper

from suppliers.people.models import Supplier, VendorAccount

# With its country's letters and enough digits: "/", "NA", "DE" or "0000000" are what people type for none.
_FULL = re.compile(r"[A-Z]{2}(?=(?:.*\d){6})[A-Z0-9]{6,}")
_SEPARATORS = "[^A-Z0-9]"


def full_tax_id(vat: str) -> str:
    """Return a tax number as it is compared, without spaces and dots; "" when it identifies nobody."""
    plain = re.sub(_SEPARATORS, "", vat.upper())
    return plain if _FULL.fullmatch(plain) and len(set(plain[2:])) > 1 else ""


def one_at_a_time() -> None:
    """Wait for other transactions that make suppliers: two of them must not make two of the same one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('quayside.new_suppliers'))")


def suppliers_by_tax_id(tax_ids: Collection[str], *, without: int) -> dict[str, Supplier]:
    """Return the one supplier of each full tax number that has no account on the connection *without*.

    A number that several suppliers have names none of them: an administrator has to say which it is.
    """
    plain = Func(
        Upper("vat"),
        Value(_SEPARATORS),
        Value(""),
        Value("g"),
        function="regexp_replace",
        output_field=CharField(),
    )
    found: dict[str, list[Supplier]] = {}
    for supplier in Supplier.objects.annotate(tax_id=plain).filter(tax_id__in=tax_ids).order_by("pk"):
        found.setdefault(full_tax_id(supplier.vat), []).append(supplier)
    known_here = set(
        VendorAccount.objects.filter(
            company__connection=without, supplier__in=[one for group in found.values() for one in group]
        ).values_list("supplier_id", flat=True)
    )
    return {
        tax_id: group[0]
        for tax_id, group in found.items()
        if len(group) == 1 and group[0].pk not in known_here
    }
