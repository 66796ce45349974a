"""One call is one transaction; what was answered survives the death of the process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from integrations.odoo.sandbox import SandboxServer
from integrations.odoo.sandbox.engine import Engine
from tests.integrations.odoo.sandbox.conftest import ROOT, VERSIONS, House


def test_an_error_in_the_middle_undoes_the_whole_call(house):
    before = house.service("res.partner", "search_count", [])
    fault = house.admin.refused(
        "res.partner", "create", [{"name": "A"}, {"name": "B"}, {"name": "C", "nope": 1}]
    )
    assert fault.faultCode == 1
    assert house.service("res.partner", "search_count", []) == before


def test_an_order_with_a_bad_line_leaves_nothing_behind(house):
    vendor, product = house.vendor(), house.product()
    count = house.service("purchase.order", "search_count", [])
    values = {
        "partner_id": vendor,
        "order_line": [house.line(product), house.line(product, due="32/13/2026")],
    }
    house.service.refused("purchase.order", "create", values)
    assert house.service("purchase.order", "search_count", []) == count
    assert house.service("purchase.order.line", "search", [["product_id", "=", product]]) == []


def test_a_confirmation_that_fails_leaves_no_receipt(house):
    good, bad = house.order(confirmed=False), 987654
    house.service.refused("purchase.order", "button_confirm", [good, bad])
    assert house.service.one("purchase.order", good, "state")["state"] == "draft"
    assert house.receipts(good) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_the_state_outlives_the_server(tmp_path, version):
    file = tmp_path / "odoo.sqlite3"
    with SandboxServer(version=version, state=file) as server:
        house = House(server)
        order = house.order(partner_ref="KEPT")
        before = house.service.one("purchase.order", order)
        gone = house.vendor("Gone")
        house.admin("res.partner", "unlink", [gone])
    with SandboxServer(version=version, state=file) as server:
        house = House(server)
        assert house.service.one("purchase.order", order) == before
        assert len(house.receipts(order)) == 1
        assert house.vendor("Next") > gone


def test_a_state_file_of_another_version_is_refused(tmp_path):
    file = tmp_path / "odoo.sqlite3"
    with SandboxServer(version=18, state=file):
        pass
    with pytest.raises(ValueError, match="holds an Odoo 18 database"):
        SandboxServer(version=19, state=file)


def test_a_first_start_that_was_cut_short_begins_anew(tmp_path):
    file = tmp_path / "odoo.sqlite3"
    engine = Engine(18, database="demo", path=file)
    with engine.transaction() as env:
        env.store.insert("res.partner", {"name": "Half a seed"})
    engine.close()
    with SandboxServer(version=18, state=file) as server:
        names = {partner["name"] for partner in server.engine.store.table("res.partner").values()}
        assert "Half a seed" not in names
        assert "Northwind Distribution" in names


def start(file: Path, portfile: Path) -> tuple[subprocess.Popen[str], int]:
    """A sandbox in a process of its own, once it says that it is ready."""
    portfile.unlink(missing_ok=True)
    command = [sys.executable, "-m", "integrations.odoo.sandbox", "--version", "18", "--port", "0"]
    command += ["--seed", "empty", "--state", str(file), "--portfile", str(portfile)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert "ready on http://127.0.0.1:" in line
    return process, int(portfile.read_text())


class Elsewhere(House):
    """Calls to a sandbox in another process."""

    def __init__(self, port: int) -> None:
        with SandboxServer(version=18) as twin:
            super().__init__(twin)
        self.server = type("Remote", (), {"url": f"http://127.0.0.1:{port}", "database": "demo"})()
        self.service.server = self.admin.server = self.server


@pytest.mark.kills
def test_what_was_answered_survives_kill_9(tmp_path):
    file, portfile = tmp_path / "odoo.sqlite3", tmp_path / "port"
    process, port = start(file, portfile)
    try:
        house = Elsewhere(port)
        vendors = [house.vendor(f"Vendor {number}") for number in range(20)]
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=10)
    process, port = start(file, portfile)
    try:
        found = Elsewhere(port).service("res.partner", "search", [["id", "in", vendors]], order="id")
        assert found == vendors
    finally:
        process.terminate()
        process.communicate(timeout=10)
    assert process.returncode == 0


def test_four_clients_at_once_lose_nothing(house):
    partner = house.vendor("Busy")
    failures = []

    def work(number):
        try:
            for turn in range(10):
                house.admin("res.partner", "write", [partner], {"ref": f"{number}-{turn}"})
                house.admin("res.partner", "create", {"name": f"Busy {number}", "parent_id": partner})
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert failures == []
    assert len(house.service.one("res.partner", partner, "child_ids")["child_ids"]) == 40
