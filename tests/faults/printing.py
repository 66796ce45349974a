"""A pytest plugin: prints the table of the fault matrix after a run, whichever process played its cells."""

from typing import cast

import pytest

from tests.faults.table import Table

_CELL = "fault matrix"
Cell = tuple[str, str, str, str]  # fault, verb, protocol, what became of it


def note(test: pytest.Item, row: str, column: str, protocol: str, outcome: str) -> None:
    """Have a cell printed at the end; reports carry it from the processes that run the tests."""
    test.user_properties.append((_CELL, (row, column, protocol, outcome)))


class _Printer:
    """Gathers the cells from the reports."""

    def __init__(self) -> None:
        self.table = Table()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take over what one test noted."""
        if report.when == "call":
            for name, cell in report.user_properties:
                if name == _CELL:
                    row, column, protocol, outcome = cast(Cell, cell)
                    self.table.enter(row, column, protocol, outcome)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print what became of each cell."""
        if self.table.cells:
            terminalreporter.section("fault matrix")
            terminalreporter.write_line(self.table.text())


def pytest_configure(config: pytest.Config) -> None:
    """Gather where the reports arrive."""
    config.pluginmanager.register(_Printer(), "fault-matrix")
