"""What became of the lines of a job, as a file."""

import csv
import io
from collections.abc import Iterable

from orders.bulk.models import JobLine
from orders.bulk.rules import from_json, whole
from orders.purchasing.rules import settle
from suppliers.formats import inert, plain_number

COLUMNS = [
    "order", "line", "product", "description", "asked_quantity", "asked_on", "asked_price",
    "answered_quantity", "answered_on", "answered_price", "unit", "currency", "reason", "forecast", "result",
    "explanation",
]  # fmt: skip


def csv_of(lines: Iterable[JobLine]) -> str:
    """Return the lines as CSV: ISO dates, plain decimals, and no cell that a spreadsheet would run."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for line in lines:
        reply = from_json(line.reply)
        was, answered = whole(from_json(line.asked)), settle(reply)
        writer.writerow(
            [
                inert(line.job_order.order.number),
                inert(line.label),
                inert(line.line.product_code),
                inert(line.line.description),
                plain_number(was.quantity),
                was.delivery_on or "",
                plain_number(was.unit_price),
                plain_number(answered.quantity) if reply else "",
                answered.delivery_on or "",
                plain_number(answered.unit_price),
                inert(line.line.unit),
                line.job_order.order.currency,
                inert("; ".join(part.reason for part in reply if part.reason)),
                line.get_forecast_display(),
                line.get_result_display(),
                inert(line.sentence),
            ]
        )
    return file.getvalue()
