"""The one-command run: ``python -m portal.stack`` brings everything up and tells where it is."""

import argparse
import fcntl
import os
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import IO

from portal.demo.people import PASSWORD, PEOPLE
from portal.stack.addresses import free_port, socket_folder
from portal.stack.services import Place, demo
from portal.stack.supervisor import Service, StartFailed, Supervisor

CHECKOUT = Path(__file__).resolve().parents[2]
WEB_PORT, ODOO_PORT = 8000, 8069


def main(arguments: list[str]) -> int:
    """Run the demo until Ctrl-C; return the exit code."""
    options = _options().parse_args(arguments)
    os.chdir(CHECKOUT)
    home: Path = options.home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("a+") as lock:
        if not _acquire(lock, stop_the_other=options.reset):
            print(f"The demo is running already: {_read(home / 'address')} (stop it with Ctrl-C there).")
            return 1
        if options.reset:
            _forget(home)
        return _run(home, options)


def _run(home: Path, options: argparse.Namespace) -> int:
    began = time.monotonic()
    place = _place(home, options)
    (home / "address").write_text(place.web_url)
    (home / "pid").write_text(str(os.getpid()))
    supervisor = Supervisor(demo(place), logs=place.logs, say=_say)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, supervisor.ask_to_stop)
    try:
        supervisor.start()
        if not supervisor.stopping:
            _welcome(place, time.monotonic() - began)
        supervisor.watch()
    except (StartFailed, OSError) as failure:
        print(f"\n{failure}\n\nThe whole logs are in {_shown(place.logs)}.", file=sys.stderr)
        return 1
    finally:
        print("\nStopping …", flush=True)
        supervisor.stop()
        shutil.rmtree(place.sockets, ignore_errors=True)
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m portal.stack", description=__doc__)
    parser.add_argument("--home", type=Path, default=CHECKOUT / ".run", help="where data and logs are kept")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", WEB_PORT)))
    parser.add_argument("--odoo-port", type=int, default=int(os.environ.get("ODOO_PORT", ODOO_PORT)))
    parser.add_argument("--reset", action="store_true", help="forget all data first")
    return parser


def _place(home: Path, options: argparse.Namespace) -> Place:
    web = free_port(options.port)
    odoo = free_port(options.odoo_port, taken=frozenset({web}))
    second = free_port(odoo + 1, taken=frozenset({web, odoo}))
    for wanted, got, what in ((options.port, web, "portal"), (options.odoo_port, odoo, "sandbox Odoo")):
        if wanted not in (got, 0):
            print(f"Port {wanted} is taken; the {what} will be on {got}.")
    return Place(
        home=home,
        sockets=socket_folder(home / "sockets"),
        web_port=web,
        odoo_port=odoo,
        second_odoo_port=second,
    )


def _acquire(lock: IO[str], *, stop_the_other: bool) -> bool:
    """Take the lock that keeps two runs off the same data; a reset stops the other run first."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if not stop_the_other:
            return _wait_for(lock, seconds=8) if not _supervisor_lives(lock) else False
        os.kill(int(_read(Path(lock.name).with_name("pid"))), signal.SIGTERM)
        return _wait_for(lock, seconds=30)
    return True


def _supervisor_lives(lock: IO[str]) -> bool:
    """A killed supervisor's warden holds the lock until it has tidied up, a few seconds at most."""
    try:
        os.kill(int(_read(Path(lock.name).with_name("pid"))), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def _wait_for(lock: IO[str], *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.1)
        else:
            return True
    return False


def _forget(home: Path) -> None:
    for entry in home.iterdir():
        if entry.name in {"lock", "sockets"}:
            continue
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def _shown(path: Path) -> str:
    return str(path.relative_to(CHECKOUT)) if path.is_relative_to(CHECKOUT) else str(path)


def _say(service: Service, what: str, seconds: float) -> None:
    took = f"{seconds:5.1f} s" if what != "restarted" else "       "
    print(f"  {what:<9} {took}  {service.title}", flush=True)


def _welcome(place: Place, seconds: float) -> None:
    width = max(len(person.email) for person in PEOPLE)
    print(f"\nQuayside is up after {seconds:.1f} s:  {place.web_url}/")
    print(f"What Northwind's Odoo 18 sees: {place.odoo_url}/")
    print(f"What Southbay's Odoo 19 sees:  {place.second_odoo_url}/")
    print(f"\nThe password is {PASSWORD} for each of")
    for person in PEOPLE:
        print(f"  {person.email:<{width}}  {person.name}, {person.does}")
    print(f"\nLogs: {_shown(place.logs)}/*.log    Ctrl-C stops everything; the data stays.", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
