"""Who is let in: whoever brings the newest token, once, and is known by a cookie from then on."""

import secrets
from collections.abc import Callable

_BYTES = 32  # 256 bits: nobody guesses them


def _secret() -> str:
    return secrets.token_urlsafe(_BYTES)


class Door:
    """Lets in one browser for each token.

    Args:
        secret: makes what nobody can guess.
    """

    def __init__(self, secret: Callable[[], str] = _secret) -> None:
        self._secret = secret
        self._token: str | None = None
        self._cookies: list[str] = []

    def invite(self) -> str:
        """A token that lets one browser in; those given out before no longer do."""
        self._token = self._secret()
        return self._token

    def admit(self, token: str) -> str | None:
        """The cookie of a browser that brings the token; None if it is another one, or spent."""
        if self._token is None or not _is_same(token, self._token):
            return None
        self._token = None
        self._cookies.append(self._secret())
        return self._cookies[-1]

    def knows(self, cookie: str) -> bool:
        """Whether it was given to a browser; takes as long whatever the cookie is."""
        return any([_is_same(cookie, given) for given in self._cookies])  # noqa: C419 (looks at all)


def _is_same(given: str, secret: str) -> bool:
    return secrets.compare_digest(given.encode(errors="replace"), secret.encode())
