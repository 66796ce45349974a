"""Reading a change feed: what was written in one model since a position, page by page."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from integrations.odoo import values
from integrations.odoo.client import OdooClient
from integrations.odoo.lookups import Row
from integrations.odoo.records import ChangedIds, Position
from integrations.odoo.subjects import Watch

_SECOND = timedelta(seconds=1)
Domain = list[Any]


def changed(
    client: OdooClient, watch: Watch, company_ids: Iterable[int] | None, since: Position, *, limit: int
) -> ChangedIds:
    """Return what was touched since a position, oldest first, one page at most.

    Odoo shows whole seconds only, but sorts by microseconds: within one second a page must go by id, or a
    change made later in that second under a smaller id would be skipped. ``>=`` and not ``>``: version 19
    skips what changes later in the same second.
    """
    domain: Domain = list(watch.domain)
    if watch.per_company and company_ids is not None:
        domain.append(("company_id", "in", sorted(company_ids)))
    if since.inside and since.written_at is not None:
        return _changed_within(client, watch, domain, since.written_at, since.last_id, limit=limit)
    rows = _rows(client, watch, [*domain, *_after(since)], order="write_date, id", limit=limit)
    if len(rows) < limit:
        return _page(rows, watch, _newest(rows) or since, more=False)
    last = values.moment(rows[-1]["write_date"])
    before = [row for row in rows if values.moment(row["write_date"]) < last]
    if before:
        return _page(before, watch, Position(last, 0), more=True)
    after = since.last_id if since.written_at == last else 0
    return _changed_within(client, watch, domain, last, after, limit=limit)


def _after(since: Position) -> Domain:
    """Return the domain of everything behind a position."""
    at = since.written_at
    if at is None:
        return []
    if not since.last_id:
        return [("write_date", ">=", values.written(at))]
    later = ("write_date", ">=", values.written(at + _SECOND))
    return ["|", later, "&", ("write_date", ">=", values.written(at)), ("id", ">", since.last_id)]


def _changed_within(
    client: OdooClient, watch: Watch, domain: Domain, second: datetime, after_id: int, *, limit: int
) -> ChangedIds:
    following = second + _SECOND
    crowded = [
        *domain,
        ("write_date", ">=", values.written(second)),
        ("write_date", "<", values.written(following)),
        ("id", ">", after_id),
    ]
    rows = _rows(client, watch, crowded, order="id", limit=limit)
    if len(rows) < limit:
        return _page(rows, watch, Position(following, 0), more=True)
    return _page(rows, watch, Position(second, rows[-1]["id"], inside=True), more=True)


def _rows(client: OdooClient, watch: Watch, domain: Domain, *, order: str, limit: int) -> list[Row]:
    fields = ["write_date"] if watch.of == "id" else ["write_date", watch.of]
    return client.call(
        watch.model, "search_read", domain=domain, fields=fields, order=order, limit=limit, load=""
    )


def _newest(rows: list[Row]) -> Position | None:
    reached = max(((values.moment(row["write_date"]), int(row["id"])) for row in rows), default=None)
    return Position(*reached) if reached else None


def _page(rows: list[Row], watch: Watch, position: Position, *, more: bool) -> ChangedIds:
    ids = dict.fromkeys(values.key(row[watch.of]) for row in rows)
    return ChangedIds(tuple(pk for pk in ids if pk), position, more, _newest(rows))
