"""Starts services stage by stage, starts again what dies, and stops everything in reverse order."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from portal.stack.processes import Forked, Warden, die_with_parent, signal_group

_TICK = 0.05  # seconds between looks while starting or stopping
_WATCH = 0.2  # seconds between looks while all is well
_LONGEST_PAUSE = 30.0  # seconds between attempts to start something that keeps dying
_SETTLED = 10.0  # seconds of life after which a death counts as the first one again


class StartFailed(Exception):
    """A service ended or did not become ready in time; the text says which and shows its last words."""


@dataclass(frozen=True, slots=True)
class Service:
    """A program of the stack."""

    name: str
    title: str
    command: Callable[[], list[str]] = list
    inside: Callable[[], None] | None = None  # instead of a command: run in a child forked from here
    ready: Callable[[], bool] = lambda: True
    environment: Mapping[str, str] = field(default_factory=dict)
    identity: Mapping[str, Any] = field(default_factory=dict)  # Popen's user and group
    stop_signal: int = signal.SIGTERM
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None
    once: bool = False  # a step that must end well before the next stage begins
    needed: Callable[[], bool] = lambda: True  # a step that was done already is left out
    seconds: float = 60  # to become ready, or to end


class Running:
    """A service with its process, its log and its history of deaths."""

    def __init__(self, service: Service, log: Path) -> None:
        self.service = service
        self.log = log
        self.log.unlink(missing_ok=True)
        self.log_start = 0
        self.process: subprocess.Popen[bytes] | Forked | None = None
        self.started_at = 0.0
        self.deaths = 0
        self.start_again_at: float | None = None

    def start(self, warden: Warden) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches the supervisor alone."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.log_start = log.tell()
            self.process = Forked(self.service.inside, log) if self.service.inside else self._program(log)
        warden.started(self.process.pid)
        self.started_at, self.start_again_at = time.monotonic(), None

    def _program(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.service.command(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **self.service.environment},
            start_new_session=True,
            preexec_fn=die_with_parent,
            **self.service.identity,
        )

    def exit_code(self) -> int | None:
        """Return how the process ended, None while it lives."""
        return self.process.poll() if self.process else None

    def tell_to_stop(self) -> None:
        """Ask the process to end by itself."""
        if self.process:
            self.process.send_signal(self.service.stop_signal)

    def bury(self, warden: Warden) -> None:
        """End what the dead process left behind in its group, and forget it."""
        if self.process:
            signal_group(self.process.pid, signal.SIGKILL)
            self.process.wait()
            warden.ended(self.process.pid)
            self.process = None

    def last_words(self, *, lines: int = 15) -> str:
        """Return the end of what this process logged."""
        with self.log.open("rb") as log:
            log.seek(self.log_start)
            text = log.read().decode(errors="replace").splitlines()
        return "\n".join(f"    {line}" for line in text[-lines:])


class Supervisor:
    """Runs the services of *stages* until it is told to stop.

    *say* receives (service, what happened): "ready", "restarted", "stopped"; and the seconds it took.
    """

    def __init__(
        self, stages: Sequence[Sequence[Service]], *, logs: Path, say: Callable[[Service, str, float], None]
    ) -> None:
        self.stages = [[Running(s, logs / f"{s.name}.log") for s in stage] for stage in stages]
        self.say = say
        self.stopping = False
        self.warden = Warden()

    def ask_to_stop(self, *_: object) -> None:
        """Stop at the next look (a signal handler); a second time, stop without waiting for anybody."""
        if self.stopping:
            for running in self._alive():
                if running.process:
                    signal_group(running.process.pid, signal.SIGKILL)
        self.stopping = True

    def start(self) -> None:
        """Start every stage and wait for each until it is ready. Raises StartFailed."""
        for stage in self.stages:
            stage = [running for running in stage if running.service.needed()]
            for running in stage:
                running.service.before()
                running.start(self.warden)
            for running in stage:
                self._wait_for(running)
                running.service.after()
                if self.stopping:
                    return

    def join(self, service: Service, *, logs: Path) -> None:
        """Start one more service beside those that run, and wait until it is ready. Raises StartFailed."""
        running = Running(service, logs / f"{service.name}.log")
        self.stages.append([running])
        running.start(self.warden)
        self._wait_for(running)

    def watch(self) -> None:
        """Start again what dies, pausing longer each time, until asked to stop."""
        while not self.stopping:
            for stage in self.stages:
                for running in stage:
                    self._look_after(running)
            time.sleep(_WATCH)

    def stop(self, *, grace: float = 10) -> None:
        """Stop all services, the last stage first; what does not end within *grace* seconds is killed."""
        for stage in reversed(self.stages):
            alive = [running for running in stage if running.process]
            for running in alive:
                running.tell_to_stop()
            deadline = time.monotonic() + grace
            while time.monotonic() < deadline and any(running.exit_code() is None for running in alive):
                time.sleep(_TICK)
            for running in alive:
                took = time.monotonic() - deadline + grace
                running.bury(self.warden)
                if not running.service.once:
                    self.say(running.service, "stopped", took)
        self.warden.dismiss()

    def _wait_for(self, running: Running) -> None:
        service = running.service
        deadline = running.started_at + service.seconds
        while not self.stopping:
            code = running.exit_code()
            if code is not None and not (service.once and code == 0):
                raise StartFailed(f"{service.title} ended with code {code}:\n{running.last_words()}")
            if code == 0 or (not service.once and service.ready()):
                break
            if time.monotonic() > deadline:
                raise StartFailed(
                    f"{service.title} was not ready within {service.seconds:g} s:\n{running.last_words()}"
                )
            time.sleep(_TICK)
        else:
            return
        if service.once:
            running.bury(self.warden)
        self.say(service, "ready", time.monotonic() - running.started_at)

    def _look_after(self, running: Running) -> None:
        if running.service.once:
            return
        now = time.monotonic()
        if running.start_again_at is not None:
            if now >= running.start_again_at:
                running.start(self.warden)
                self.say(running.service, "restarted", 0)
        elif running.exit_code() is not None:
            running.deaths = 1 if now - running.started_at > _SETTLED else running.deaths + 1
            running.bury(self.warden)
            running.start_again_at = now + min(0.25 * 2 ** (running.deaths - 1), _LONGEST_PAUSE)

    def _alive(self) -> list[Running]:
        return [running for stage in self.stages for running in stage if running.exit_code() is None]
