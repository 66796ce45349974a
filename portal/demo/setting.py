"""The demo's rows: connections to the sandbox Odoos, the buyer companies, and people with their roles."""

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from integrations.odoo.connect import examine
from integrations.odoo.models import OdooConnection
from integrations.odoo.sandbox.distributors import NORTHWIND, Distributor
from orders.purchasing.tasks import import_orders
from portal.demo.people import PASSWORD, PEOPLE, Person
from suppliers.people.models import BuyerCompany, Membership, Role, Supplier, User

_TIME_ZONES = {"Northwind Ibérica": "Europe/Madrid", "Southbay Supply Ltd": "Europe/London"}


def connect_sandbox(
    url: str, *, name: str = "Odoo 18 of Northwind", distributor: Distributor = NORTHWIND
) -> OdooConnection:
    """Create the connection, or tell it where the sandbox listens today, and a company for each of Odoo's."""
    service = distributor.service
    return connect(name, url, database="demo", login=service.login, key=service.api_key)


def connect(name: str, url: str, *, database: str, login: str, key: str) -> OdooConnection:
    """Create a connection, or bring it up to date, and a company for each that Odoo lets us see."""
    connection = OdooConnection.objects.filter(name=name).first() or OdooConnection(name=name)
    connection.url, connection.database, connection.login = url, database, login
    connection.confirms_rfqs = True
    connection.api_key = key
    connection.save()
    if not connection.companies.exists():
        _create_companies(connection)
    return connection


def import_everything(connection: OdooConnection) -> None:
    """Read all orders of the sandbox for the first time, as an administrator would."""
    if not connection.imports.filter(finished_at__isnull=False).exists():
        import_orders(connection_id=connection.pk)


def let_people_in() -> None:
    """Create the people who are missing, with their roles at companies that Odoo knows."""
    missing = [person for person in PEOPLE if not User.objects.filter(email=person.email).exists()]
    # Everybody has the same password, and hashing it is slow on purpose: once is enough.
    hashed = make_password(PASSWORD) if missing else ""
    for person in missing:
        _create(person, hashed)


def _create_companies(connection: OdooConnection) -> None:
    identity = examine(connection, now=timezone.now())
    for company in identity.companies:
        BuyerCompany.objects.create(
            connection=connection,
            odoo_company_id=company.odoo_id,
            name=company.name,
            currency=company.currency,
            time_zone=_TIME_ZONES.get(company.name, "Europe/Brussels"),
        )


def _create(person: Person, hashed: str) -> None:
    user = User(
        email=person.email,
        name=person.name,
        password=hashed,
        # Long ago, so that what was written before the visitor came is unread for somebody.
        date_joined=timezone.now() - timedelta(days=90),
        is_staff=person.runs_the_installation,
        is_superuser=person.runs_the_installation,
    )
    user.save()
    for company, role in person.roles:
        side = _side_of(company)
        Membership.objects.create(user=user, role=Role(role), **side)


def _side_of(name: str) -> dict[str, BuyerCompany | Supplier]:
    if company := BuyerCompany.objects.filter(name=name).first():
        return {"company": company}
    return {"supplier": Supplier.objects.get(name=name)}
