"""The house holds: tenant rows are reached through one door, and the wall stands around each of them."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models

from suppliers.people.models import BuyerCompany, Membership, Supplier

ROOT = Path(__file__).resolve().parent.parent
WINGS = ("portal", "invoices", "orders", "suppliers", "integrations")
OURS = [model for model in apps.get_models() if model.__module__.startswith(WINGS)]

# Modules that answer a request: whatever they read goes to whoever asked.
EDGES = {"views", "api", "forms", "serializers", "tables"}
# Modules that prepare a page for them: other rows than tenants' may be read here as they are.
PAGES = {
    "context",
    "history",
    "list_page",
    "listing",
    "order_page",
    "page",
    "past",
    "reading",
    "replies",
    "rows",
    "worklist",
}
# The demo's own set-up and the benchmark's bulk loading run as commands, behind no request.
COMMANDS = {"demo", "bench", "management", "sandbox", "stack"}


def has_column(model: type[models.Model], *names: str) -> bool:
    return any(field.name in names for field in model._meta.concrete_fields)


TENANTS = [model for model in OURS if model is Supplier or has_column(model, "supplier", "company")]
# Reading memberships is what the wall is built from, before it stands: it cannot stand around them.
# They hold roles, no business; visible_to and the tests of the colleagues' page guard them.
BEFORE_THE_WALL = {Membership}


def modules(names: set[str]) -> list[Path]:
    return [
        path
        for wing in WINGS
        for path in sorted((ROOT / wing).rglob("*.py"))
        if path.stem in names and COMMANDS.isdisjoint(path.relative_to(ROOT).parts)
    ]


def bare_doors(source: str, guarded: set[str] | None) -> list[str]:
    """Find ``Model.objects.anything_but_visible_to`` and raw SQL.

    ``guarded`` names the models meant; None means every model.
    """
    tree = ast.parse(source)
    parent = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr="_default_manager" | "_base_manager" | "raw" | "extra"):
                found.append(f"line {node.lineno}: .{node.attr}")
            case ast.alias(name="RawSQL" | "connection" | "connections"):
                found.append(f"line {node.lineno}: {node.name}")
            case ast.Attribute(attr="objects", value=ast.Name(id=model)) if (
                guarded is None or model in guarded
            ):
                behind = parent[node]
                if not (isinstance(behind, ast.Attribute) and behind.attr == "visible_to"):
                    found.append(f"line {node.lineno}: {model}.objects without visible_to")
    return found


@pytest.mark.parametrize("path", modules(EDGES), ids=lambda path: str(path.relative_to(ROOT)))
def test_edges_reach_rows_only_through_visible_to(path):
    assert bare_doors(path.read_text(encoding="utf-8"), None) == []


@pytest.mark.parametrize("path", modules(PAGES), ids=lambda path: str(path.relative_to(ROOT)))
def test_pages_reach_tenant_rows_only_through_visible_to(path):
    guarded = {model.__name__ for model in TENANTS} | {BuyerCompany.__name__, "User"}
    assert bare_doors(path.read_text(encoding="utf-8"), guarded) == []


@pytest.mark.parametrize(
    ("source", "problems"),
    [
        ("Order.objects.visible_to(user).get(pk=1)", 0),
        ("x = (Order.objects\n    .visible_to(user))", 0),
        ("Order.objects.get(pk=1)", 1),
        ("f(Order.objects)", 1),
        ("Order.objects.filter(x=Order.objects.visible_to(user))", 1),
        ("Order._default_manager.all()", 1),
        ("Order.objects.visible_to(user).raw('…')", 1),
        ("from django.db import connection", 1),
    ],
)
def test_the_guard_itself_sees_what_it_should(source, problems):
    assert len(bare_doors(source, None)) == problems


@pytest.mark.parametrize("model", TENANTS, ids=lambda model: model.__name__)
def test_every_tenant_model_has_the_door(model):
    assert hasattr(model._default_manager.all(), "visible_to")


@pytest.mark.parametrize(
    "model", [m for m in TENANTS if m not in BEFORE_THE_WALL], ids=lambda model: model.__name__
)
def test_the_wall_stands_around_every_tenant_table(db, model):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relrowsecurity, relforcerowsecurity,"
            " (SELECT count(*) FROM pg_policy WHERE polrelid = pg_class.oid)"
            " FROM pg_class WHERE oid = %s::regclass",
            [model._meta.db_table],
        )
        assert cursor.fetchone() == (True, True, 1), "enable and force row-level security: wall_around(table)"


def test_the_application_s_role_cannot_walk_through_the_wall(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)


def test_every_tenant_is_known(db):
    # Should this list grow, read the new model's fields: does a stranger's row stay out of sight?
    assert {"PurchaseOrder", "JournalEntry", "Notice", "Alert", "Invitation"} <= {m.__name__ for m in TENANTS}


def test_every_module_says_first_what_lives_there():
    sources = {
        path.relative_to(ROOT): path.read_text(encoding="utf-8")
        for wing in (*WINGS, "tests")
        for path in (ROOT / wing).rglob("*.py")
        if path.parent.name != "migrations"
    }
    silent = [str(path) for path, text in sources.items() if text and not ast.get_docstring(ast.parse(text))]
    assert silent == []
