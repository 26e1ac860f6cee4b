"""TCP_NODELAY on the sockets that the app listens on."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def without_delay(app: object) -> AsyncIterator[None]:
    """Set TCP_NODELAY on the listening sockets while the app runs.

    asyncio does so with the sockets it opens, but not with one that it is given (see issue 3149 of
    uvicorn): what follows a first small piece, as a body follows its headers, then waits until the
    browser has acknowledged that, for up to 40 ms. An accepted connection inherits the option.
    """
    for listener in _sockets():
        inet = listener.family in (socket.AF_INET, socket.AF_INET6)
        if inet and listener.type == socket.SOCK_STREAM:
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.close()
    yield


def _sockets() -> Iterator[socket.socket]:
    """Copy this process's open sockets; none where the system does not list open files."""
    try:
        names = os.listdir("/dev/fd")
    except OSError:
        return
    for name in names:
        try:
            copy = os.dup(int(name))
        except OSError:  # the folder itself, closed again
            continue
        try:
            yield socket.socket(fileno=copy)
        except OSError:  # another kind of file
            os.close(copy)
