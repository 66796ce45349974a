"""The command line: a process that announces its port and stops when told to."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.integrations.odoo.sandbox.conftest import ROOT, http


def test_it_announces_its_port_and_stops_on_sigterm(tmp_path):
    portfile, state = tmp_path / "port", tmp_path / "odoo.sqlite3"
    command = [
        sys.executable,
        "-m",
        "integrations.odoo.sandbox",
        "--version",
        "19",
        "--port",
        "0",
        "--no-control",
    ]
    command += ["--seed", "empty", "--state", str(state), "--portfile", str(portfile), "--database", "erp"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        port = int(portfile.read_text())
        assert f"http://127.0.0.1:{port} database=erp" in line
        assert http(f"http://127.0.0.1:{port}/json/version").json["version"] == "19.0"
        assert http(f"http://127.0.0.1:{port}/sandbox/faults").status == 404
    finally:
        process.terminate()
        process.communicate(timeout=10)
    assert process.returncode == 0
    assert state.exists()


def test_one_process_serves_two_distributors_with_an_odoo_each(tmp_path):
    command = [sys.executable, "-m", "integrations.odoo.sandbox", "--version", "18", "--port", "0"]
    command += ["--seed", "empty", "--beside", "19", "southbay", "0", str(tmp_path / "second.sqlite3")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        first, second = process.stdout.readline(), process.stdout.readline()
        assert "login=quayside@northwind.example" in first
        assert "login=quayside@southbay.example" in second
        assert http(re.findall(r"http://\S+", second)[0] + "/json/version").json["version"] == "19.0"
        assert http(re.findall(r"http://\S+", first)[0] + "/json/version").status == 404
    finally:
        process.terminate()
        process.communicate(timeout=10)
    assert process.returncode == 0
