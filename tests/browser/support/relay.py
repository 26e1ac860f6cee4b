"""A relay in front of the server, whose connections a test can cut or lead to another server."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


class Relay:
    """Passes bytes between browsers and the server at `target`, a port; None refuses everybody."""

    def __init__(self, target: int) -> None:
        self.target: int | None = target
        self._swallowed: bytearray | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._ends: set[socket.socket] = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        host, port = self._listener.getsockname()
        return f"http://{host}:{port}"

    def cut(self) -> None:
        """Close every connection and refuse new ones."""
        self.target = None
        with self._lock:
            ends, self._ends = self._ends, set()
        for end in ends:
            _close(end)

    def mute(self) -> None:
        """Keep back, from now on, what the server says; what browsers say still arrives."""
        self._swallowed = bytearray()

    def kept_back(self) -> bytes:
        """What the server said since the relay was muted."""
        return bytes(self._swallowed or b"")

    def lead_to(self, target: int) -> None:
        """Accept connections again, and lead them to the server at this port."""
        self._swallowed = None
        self.target = target

    def close(self) -> None:
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):  # the listener was closed
            while True:
                browser, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(browser,), daemon=True).start()

    def _serve(self, browser: socket.socket) -> None:
        target = self.target
        if target is None:
            _close(browser)
            return
        server = socket.create_connection(("127.0.0.1", target))
        with self._lock:
            self._ends |= {browser, server}
        if self.target is None:  # it was cut in between
            self.cut()
        back = threading.Thread(target=_pass, args=(server, browser, self._keep_back), daemon=True)
        back.start()
        _pass(browser, server)
        back.join()
        with self._lock:
            self._ends -= {browser, server}

    def _keep_back(self, data: bytes) -> bool:
        if self._swallowed is None:
            return False
        self._swallowed += data
        return True


def _pass(
    source: socket.socket,
    sink: socket.socket,
    keep_back: Callable[[bytes], bool] = lambda data: False,
) -> None:
    """Pass bytes on, but for those that are kept back, until either end is closed; close both."""
    with suppress(OSError):
        while data := source.recv(1 << 16):
            if not keep_back(data):
                sink.sendall(data)
    _close(source)
    _close(sink)


def _close(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def relayed(target: int) -> Iterator[Relay]:
    relay = Relay(target)
    yield relay
    relay.close()
