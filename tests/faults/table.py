"""The table of the fault matrix: a row per fault, a column per verb, both protocols in one cell."""

from dataclasses import dataclass, field

# What must never be read in a cell.
NEVER = ("lost", "doubled", "silent", "out of order")
ROWS = (
    "Odoo down",
    "refusing",
    "slow past the time-out",
    "reply lost after the commit",
    "call executed twice",
    "cut in mid-reply",
    "key revoked",
    "record deleted in Odoo",
    "changed in Odoo meanwhile",
    "serialization conflict",
    "killed before the call",
    "killed after the call",
    "killed before the mark",
    "broker gone",
    "PostgreSQL restarted",
    "PostgreSQL away at the mark",
)

# What is said to Odoo, in the order of the verbs, and mail.
COLUMNS = (
    "confirm_rfq",
    "write_agreement: lines",
    "write_agreement: receipt",
    "acknowledge",
    "note_supplier_reference",
    "post_note",
    "ask_buyer",
    "mail",
)


@dataclass
class Table:
    """What became of each cell of this run."""

    columns: tuple[str, ...] = COLUMNS
    cells: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)

    def enter(self, row: str, column: str, protocol: str, outcome: str) -> None:
        """Note what became of a verb under a fault over one protocol."""
        self.cells.setdefault((row, column), {})[protocol] = outcome

    def text(self) -> str:
        """Return the table as Markdown; rows of which nothing ran are left out."""
        rows = [row for row in ROWS if any((row, column) in self.cells for column in self.columns)]
        head = ["", *self.columns]
        body = [[row, *(self._cell(row, column) for column in self.columns)] for row in rows]
        widths = [max(len(line[place]) for line in [head, *body]) for place in range(len(head))]
        rule = ["-" * width for width in widths]
        return "\n".join(_line(cells, widths) for cells in [head, rule, *body])

    def _cell(self, row: str, column: str) -> str:
        outcomes = self.cells.get((row, column), {})
        if len(set(outcomes.values())) == 1:
            return next(iter(outcomes.values()))
        return ", ".join(f"{protocol}: {outcome}" for protocol, outcome in sorted(outcomes.items())) or "–"


def _line(cells: list[str], widths: list[int]) -> str:
    return f"| {' | '.join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))} |"
