"""Reading what buyers write to vendors in an order's chatter: the text, who wrote it, and the files on it."""

from base64 import b64decode
from collections.abc import Iterable

from integrations.odoo import values
from integrations.odoo.client import OdooClient
from integrations.odoo.lookups import Names, Row
from integrations.odoo.records import CommentFile, CommentRecord
from integrations.odoo.subjects import ATTACHMENT, MESSAGE

_FIELDS = ["res_id", "body", "author_id", "date", "attachment_ids"]
_BATCH = 200
# A file larger than this stays in Odoo, and so do all after so many bytes in one reading.
LARGEST_FILE = 10 * 1024 * 1024
_MOST_BYTES = 50 * 1024 * 1024


def read_comments(client: OdooClient, ids: Iterable[int]) -> list[CommentRecord]:
    """See Gateway.comments."""
    wanted = sorted(set(ids))
    names = Names(client, "res.partner", "name")
    found: list[CommentRecord] = []
    budget = _MOST_BYTES
    for start in range(0, len(wanted), _BATCH):
        domain = [("id", "in", wanted[start : start + _BATCH])]
        rows = client.call(MESSAGE, "search_read", domain=domain, fields=_FIELDS, order="id", load="")
        names.learn(row["author_id"] for row in rows)
        files, budget = _files(client, rows, budget)
        found += [_comment(row, names, files) for row in rows]
    return found


def _files(client: OdooClient, rows: list[Row], budget: int) -> tuple[dict[int, CommentFile], int]:
    """Return the files of some comments by id, and how many bytes may still be read."""
    ids = sorted({pk for row in rows for pk in row["attachment_ids"]})
    if not ids:
        return {}, budget
    files: dict[int, CommentFile] = {}
    domain, fields = [("id", "in", ids)], ["name", "file_size"]
    about = client.call(ATTACHMENT, "search_read", domain=domain, fields=fields, order="id", load="")
    for row in about:
        size, data = int(row["file_size"] or 0), None
        if size <= LARGEST_FILE and size <= budget:
            budget -= size
            # One at a time: an answer that holds all of them at once might be too large.
            (content,) = client.call(ATTACHMENT, "read", [row["id"]], fields=["datas"], load="")
            data = b64decode(content["datas"] or "")
        files[row["id"]] = CommentFile(values.text(row["name"]), data)
    return files, budget


def _comment(row: Row, names: Names, files: dict[int, CommentFile]) -> CommentRecord:
    return CommentRecord(
        odoo_id=row["id"],
        order_id=row["res_id"],
        author=names.of(row["author_id"]),
        body=values.text(row["body"]),
        written_at=values.moment(row["date"]),
        files=tuple(files[pk] for pk in sorted(row["attachment_ids"]) if pk in files),
    )
