"""A mail server on a real socket that keeps what it is given and fails when it is told to."""

import re
import socketserver
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

_MESSAGE_ID = re.compile(r"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_TO = re.compile(r"RCPT TO:<([^>]*)>", re.IGNORECASE)


class Mailroom(socketserver.ThreadingTCPServer):
    """Keeps (recipient, Message-ID) of each mail it took; ``faults`` are taken one by one.

    A fault is one of the sandbox's words: refuse, key_revoked, serialization (busy), slow, lost_reply,
    cut_reply.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.taken: list[tuple[str, str]] = []
        self.faults: deque[str] = deque()
        self.patience_ended = threading.Event()

    @property
    def port(self) -> int:
        """Where it listens on 127.0.0.1."""
        return int(self.server_address[1])

    def struck(self, fault: str) -> bool:
        """Whether this fault is the next on order; then it is used up."""
        if self.faults and self.faults[0] == fault:
            self.faults.popleft()
            return True
        return False

    def copies_for(self, address: str) -> list[str]:
        """Return the Message-IDs of what came for somebody."""
        return [message_id for to, message_id in self.taken if to == address]

    def handle_error(self, request: object, client_address: object) -> None:
        """Callers that are killed in the middle of a sentence are what this is for."""


class _Conversation(socketserver.StreamRequestHandler):
    """As much of RFC 5321 and 4954 as Python's smtplib speaks."""

    server: Mailroom
    timeout = 10

    def handle(self) -> None:
        """Talk until the caller leaves, or until a fault ends it."""
        self._say("220 mailroom")
        to = ""
        while line := self.rfile.readline().decode().strip():
            word = line.split(" ")[0].upper()
            if word == "EHLO":
                self._say("250-mailroom")
                self._say("250 AUTH PLAIN")
            elif word == "AUTH":
                self._say("535 wrong password" if self.server.struck("key_revoked") else "235 welcome")
            elif word == "RCPT":
                to = _TO.search(line)[1]  # type: ignore[index]
                self._say("550 no such user" if self.server.struck("refuse") else "250 ok")
            elif word == "DATA":
                if not self._take(to):
                    return
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _take(self, to: str) -> bool:
        """Take a mail; return whether the conversation goes on."""
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.decode())
        if self.server.struck("serialization"):
            self._say("451 try again later")
            return True
        found = _MESSAGE_ID.search("".join(lines))
        self.server.taken.append((to, found[1] if found else ""))
        if self.server.struck("slow"):
            self.server.patience_ended.wait(5)
            return False
        if self.server.struck("lost_reply"):
            return False
        if self.server.struck("cut_reply"):
            self.wfile.write(b"25")
            return False
        self._say("250 taken")
        return True

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def running_mailroom() -> Iterator[Mailroom]:
    """Run a mail server for a block."""
    mailroom = Mailroom()
    thread = threading.Thread(target=mailroom.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield mailroom
    finally:
        mailroom.patience_ended.set()
        mailroom.shutdown()
        mailroom.server_close()
        thread.join(timeout=5)
