"""Who may log in to the demo: plain data, read by the seed and by the supervisor that prints it."""

from dataclasses import dataclass

# One password for everybody: the demo listens on this machine only.
PASSWORD = "demo-quayside"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a login."""

    name: str
    email: str
    does: str  # what they do, for the list that is printed
    roles: tuple[tuple[str, str], ...] = ()  # (company of either side, role)
    runs_the_installation: bool = False


# As the sandbox Odoo knows them.
NORTHWIND, IBERICA = "Northwind Distribution", "Northwind Ibérica"
SOUTHBAY = "Southbay Supply Ltd"
ACME, GLOBEX, VANDAEL = "Acme Fasteners GmbH", "Globex Hydraulics Ltd", "Van Dael Kabels NV"

PEOPLE = (
    Person("Alice Brandt", "alice@acme.example", f"sells for {ACME} (to all companies)", ((ACME, "SALES"),)),
    Person("Olivia Kern", "olivia@acme.example", f"owns {ACME}", ((ACME, "OWNER"),)),
    Person("Rita Vogel", "rita@acme.example", f"only reads at {ACME}", ((ACME, "READ_ONLY"),)),
    Person("Mallory Finch", "mallory@globex.example", f"sells for {GLOBEX}", ((GLOBEX, "SALES"),)),
    Person("Joris Van Dael", "joris@vandael.example", f"owns {VANDAEL}", ((VANDAEL, "OWNER"),)),
    Person(
        "Sam Agent",
        "sam@agency.example",
        f"sells for {ACME} and for {GLOBEX}",
        ((ACME, "SALES"), (GLOBEX, "SALES")),
    ),
    Person(
        "Grace Whitfield",
        "grace@southbay.example",
        f"buys for {SOUTHBAY}, which has an Odoo of its own",
        ((SOUTHBAY, "BUYER"),),
    ),
    Person("Bea Janssens", "bea@northwind.example", f"buys for {NORTHWIND}", ((NORTHWIND, "BUYER"),)),
    Person(
        "Max Peeters",
        "max@northwind.example",
        f"manages purchasing at {NORTHWIND} and {IBERICA}",
        ((NORTHWIND, "MANAGER"), (IBERICA, "MANAGER")),
    ),
    Person(
        "Iris De Wit",
        "iris@northwind.example",
        f"administers {NORTHWIND} and {IBERICA} (a second pair of eyes)",
        ((NORTHWIND, "ADMINISTRATOR"), (IBERICA, "ADMINISTRATOR")),
    ),
    Person(
        "Ada Lambert",
        "ada@northwind.example",
        "runs this portal, and administers all three companies",
        ((NORTHWIND, "ADMINISTRATOR"), (IBERICA, "ADMINISTRATOR"), (SOUTHBAY, "ADMINISTRATOR")),
        runs_the_installation=True,
    ),
)
