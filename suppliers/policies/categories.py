"""Product categories as Odoo names them, for policies to choose from."""

from collections.abc import Collection

from integrations.odoo.records import CategoryRecord
from suppliers.people.models import BuyerCompany
from suppliers.policies.models import ProductCategory

_NAME, _PATH = 300, 200


def remember_categories(company: BuyerCompany, records: Collection[CategoryRecord]) -> dict[str, str]:
    """Store the categories of a company that are new or called otherwise now; inside a transaction.

    One query when nothing is new. Returns the paths of those that were moved in the tree: old → new.
    """
    if not records:
        return {}
    wanted = {record.odoo_id: record for record in records}
    held = {row.odoo_id: row for row in ProductCategory.objects.filter(company=company, odoo_id__in=wanted)}
    new, changed, moved = [], [], {}
    for record in wanted.values():
        row, name, path = held.get(record.odoo_id), record.name[:_NAME], record.path[:_PATH]
        if row is None:
            new.append(ProductCategory(company=company, odoo_id=record.odoo_id, name=name, path=path))
        elif (row.name, row.path) != (name, path):
            if row.path != path:
                moved[row.path] = path
            row.name, row.path = name, path
            changed.append(row)
    ProductCategory.objects.bulk_create(new, ignore_conflicts=True)
    if changed:
        ProductCategory.objects.bulk_update(changed, ["name", "path"])
    return moved
