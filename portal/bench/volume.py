"""A portal full of orders, made inside the database: 200,000 of five lines, and what goes with them."""

from datetime import datetime
from typing import Any

from django.db import connection

from integrations.odoo.models import OdooConnection
from portal.bench.cast import BUYER, LINES, ORDERS, PASSWORD, SELLER, SUPPLIERS
from suppliers.people.models import BuyerCompany, Membership, Role, Supplier, User, VendorAccount

# Every fifth order is the first supplier's (40,000 orders, 200,000 lines: page 1,000 is far from the end);
# two thirds are the first company's. Dates spread over three years, most of them past and agreed.
_ORDERS = """
INSERT INTO purchasing_purchaseorder (
    supplier_id, company_id, odoo_id, number, state, ordered_at, currency, amount_untaxed, amount_tax,
    amount_total, buyer_name, notes, payment_terms, incoterm, acknowledged_in_odoo, written_at, content_hash,
    revision, rounds, summary, supplier_reference, needed_on, first_seen_at, changed_at)
SELECT
    (SELECT min(id) FROM people_supplier)
        + CASE WHEN g %% 5 = 0 THEN 0 ELSE 1 + (g::bigint * 7919) %% (%(suppliers)s - 1) END,
    (SELECT min(id) FROM people_buyercompany) + CASE WHEN g %% 3 = 0 THEN 1 ELSE 0 END,
    g, 'P' || lpad(g::text, 7, '0'),
    CASE WHEN g %% 40 = 1 THEN 'CANCELLED' WHEN g %% 40 = 2 THEN 'QUOTED' WHEN g %% 20 = 3 THEN 'LOCKED'
         ELSE 'ORDERED' END,
    %(now)s::timestamptz - make_interval(mins => (%(orders)s - g) * 8), 'EUR', 225, 47.25, 272.25,
    'Bea Buyer', '', '30 days', '', g <= %(orders)s * 0.97, %(now)s, md5(g::text),
    1, CASE WHEN g %% 4 = 0 THEN 1 ELSE 0 END,
    CASE WHEN g %% 40 = 1 THEN 'CLOSED' WHEN g <= %(orders)s * 0.97 THEN 'AGREED'
         WHEN g %% 7 = 0 THEN 'WITH_BUYER' ELSE 'WAITING' END,
    CASE WHEN g %% 4 = 0 THEN 'SO-' || g ELSE '' END,
    (%(now)s::timestamptz - make_interval(mins => (%(orders)s - g) * 8) + interval '30 days')::date,
    %(now)s, %(now)s
FROM generate_series(1, %(orders)s) AS g
"""
_LINES = """
INSERT INTO purchasing_purchaseorderline (
    supplier_id, company_id, order_id, odoo_id, sequence, product_code, description, unit, discount, quantity,
    unit_price, subtotal, expected_on, planned_at, received, invoiced, requested_on, asked_quantity,
    asked_price, asked_on, first_promised_on, promised_on, state, asked_in_revision)
SELECT
    o.supplier_id, o.company_id, o.id, o.odoo_id * 10 + n, n * 10,
    'FST-' || (o.odoo_id * 31 + n * 7) %% 4000, 'Hex bolt DIN 933 M' || (n + 4) || ' × ' || 20 + n * 5
        || ', zinc plated, grade 8.8', 'Units', 0, 10 * n, 4.5, 45 * n,
    o.needed_on + n, (o.needed_on + n)::timestamptz + interval '11 hours',
    CASE WHEN o.needed_on < %(now)s::date THEN 10 * n ELSE 0 END, 0, o.needed_on + n, 10 * n, 4.5,
    o.needed_on + n, CASE WHEN o.summary = 'AGREED' THEN o.needed_on + n END,
    CASE WHEN o.summary = 'AGREED' THEN o.needed_on + n END,
    CASE WHEN o.state = 'CANCELLED' THEN 'CANCELLED' WHEN o.summary = 'AGREED' THEN 'AGREED'
         WHEN o.summary = 'WITH_BUYER' AND n = 1 THEN 'PROPOSED' WHEN o.summary = 'WITH_BUYER' THEN 'AGREED'
         ELSE 'ASKED' END,
    1
FROM purchasing_purchaseorder AS o CROSS JOIN generate_series(1, %(lines)s) AS n
"""
_REVISIONS = """
INSERT INTO purchasing_orderrevision (supplier_id, company_id, order_id, number, at, snapshot, changes)
SELECT supplier_id, company_id, id, 1, ordered_at,
    jsonb_build_object('number', number, 'total', amount_total), '[]'::jsonb
FROM purchasing_purchaseorder
"""
_ANSWERS = """
INSERT INTO purchasing_answer (
    supplier_id, company_id, order_id, round, side, revision, by_id, at, channel, comment, submission)
SELECT supplier_id, company_id, id, 1, 'SUPPLIER', 1, (SELECT id FROM people_user WHERE email = %(seller)s),
    ordered_at + interval '3 hours', 'WEB', '', gen_random_uuid()
FROM purchasing_purchaseorder WHERE odoo_id %% 4 = 0 OR summary = 'WITH_BUYER'
"""
_LINE_ANSWERS = """
INSERT INTO purchasing_lineanswer (
    supplier_id, company_id, answer_id, line_id, state, deviations, asked_quantity, asked_price, asked_on,
    decision_reason)
SELECT l.supplier_id, l.company_id, a.id, l.id,
    CASE WHEN l.state = 'PROPOSED' THEN 'PENDING' ELSE 'AGREED' END,
    CASE WHEN l.state = 'PROPOSED' THEN ARRAY['date'] ELSE ARRAY[]::text[] END,
    l.asked_quantity, l.asked_price, l.asked_on, ''
FROM purchasing_answer AS a JOIN purchasing_purchaseorderline AS l USING (order_id)
"""
_SCHEDULE = """
INSERT INTO purchasing_scheduleline (
    supplier_id, company_id, line_answer_id, position, quantity, delivery_on, unit_price, reason)
SELECT supplier_id, company_id, id, 1, asked_quantity,
    asked_on + CASE WHEN state = 'PENDING' THEN 7 ELSE 0 END, asked_price, ''
FROM purchasing_lineanswer
"""
_JOURNAL = """
INSERT INTO journal_journalentry (
    supplier_id, company_id, at, actor_name, channel, subject_type, subject_id, verb, sentence, changes,
    reason, correlation_id)
SELECT supplier_id, company_id, ordered_at, 'Odoo', 'ODOO', 'purchaseorder', id, 'order.received',
    'Order ' || number || ' came from Odoo.', '[]'::jsonb, '', ''
FROM purchasing_purchaseorder
"""


def fill(*, now: datetime, orders: int = ORDERS) -> None:
    """Fill an empty database with *orders* orders, and two people who look at them."""
    _set_the_stage()
    given: dict[str, Any] = {
        "now": now,
        "orders": orders,
        "lines": LINES,
        "suppliers": SUPPLIERS,
        "seller": SELLER,
    }
    with connection.cursor() as cursor:
        for statement in (_ORDERS, _LINES, _REVISIONS, _ANSWERS, _LINE_ANSWERS, _SCHEDULE, _JOURNAL):
            cursor.execute(statement, given)
        cursor.execute("VACUUM ANALYZE")


def _set_the_stage() -> None:
    odoo = OdooConnection(name="Bench", url="http://127.0.0.1:9", database="bench", login="bench")
    odoo.is_active, odoo.api_key = False, "none"
    odoo.save()
    companies = BuyerCompany.objects.bulk_create(
        BuyerCompany(connection=odoo, odoo_company_id=number, name=name)
        for number, name in enumerate(("Northwind Distribution", "Southwind Trading"), start=1)
    )
    suppliers = Supplier.objects.bulk_create(
        Supplier(name=f"Supplier {number:03} Fasteners GmbH") for number in range(SUPPLIERS)
    )
    VendorAccount.objects.bulk_create(
        VendorAccount(company=company, supplier=supplier, odoo_partner_id=number)
        for company in companies
        for number, supplier in enumerate(suppliers, start=1)
    )
    seller = User.objects.create_user(SELLER, PASSWORD, name="Sven Seller")
    Membership.objects.create(user=seller, supplier=suppliers[0], role=Role.SALES)
    buyer = User.objects.create_user(BUYER, PASSWORD, name="Bea Buyer")
    Membership.objects.create(user=buyer, company=companies[0], role=Role.BUYER)
