"""The port that the dashboard is served on, of this machine alone."""

import errno
import socket

from dilctl.errors import BusyError, UsageError

HOST = "127.0.0.1"
PORT = 8765
_TRIES = 20  # ports after the usual one that are tried before any free one is taken


def listening(port: int | None) -> socket.socket:
    """A socket that listens on 127.0.0.1.

    Args:
        port: where; 0 means any that is free, None the usual one or the next free.

    Raises:
        BusyError: another program listens on the port that was asked for.
        UsageError: the port may not be had.
    """
    if port is not None:
        return _bound(port)
    for candidate in range(PORT, PORT + _TRIES):
        try:
            return _bound(candidate)
        except (BusyError, UsageError):
            continue
    return _bound(0)


def _bound(port: int) -> socket.socket:
    listener = socket.socket()
    # A port whose last connections are still being forgotten is free.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise BusyError(
                f"port {port} is taken; choose another with --port, or leave --port out"
            ) from None
        raise UsageError(
            f"port {port} cannot be had ({error.strerror}); choose another with --port"
        ) from None
    return listener
