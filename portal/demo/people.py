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


NORTHWIND, SOUTHWIND = "Northwind Distribution", "Southwind Trading"
ACME, GLOBEX = "Acme Fasteners GmbH", "Globex Hydraulics Ltd"

PEOPLE = (
    Person("Alice Sales", "alice@acme.example", f"sells for {ACME}", ((ACME, "SALES"),)),
    Person("Olivia Owner", "olivia@acme.example", f"owns {ACME}", ((ACME, "OWNER"),)),
    Person("Rita Reader", "rita@acme.example", f"only reads at {ACME}", ((ACME, "READ_ONLY"),)),
    Person("Mallory Moss", "mallory@globex.example", f"sells for {GLOBEX}", ((GLOBEX, "SALES"),)),
    Person("Bea Buyer", "bea@northwind.example", f"buys for {NORTHWIND}", ((NORTHWIND, "BUYER"),)),
    Person(
        "Max Manager",
        "max@northwind.example",
        "manages purchasing at both buyer companies",
        ((NORTHWIND, "MANAGER"), (SOUTHWIND, "MANAGER")),
    ),
    Person("Ada Administrator", "ada@quayside.example", "runs this portal", runs_the_installation=True),
)
