"""The pages of the dashboard and who may have them: only a browser that was let in."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from string import Template

import textual_serve
from aiohttp import WSCloseCode, WSMsgType, web

from dilctl.dash.web.door import Door
from dilctl.dash.web.port import HOST
from dilctl.dash.web.session import Line, Program, Session, cells

_HERE = Path(__file__).parent
_LIBRARY = Path(textual_serve.__file__).parent / "static"
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "connect-src 'self'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Server": "dilctl",
    "X-Content-Type-Options": "nosniff",
}
_HEARTBEAT = 15.0  # seconds between signs of life that a page must give

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Site:
    """What is served on one port.

    Args:
        door: who is let in.
        program: what is started for every page.
        port: the port that is listened on.
    """

    def __init__(self, door: Door, program: Program, *, port: int) -> None:
        self._door = door
        self._program = program
        self._hosts = {f"{name}:{port}" for name in (HOST, "localhost")}
        if port == 80:  # which browsers leave out
            self._hosts |= {HOST, "localhost"}
        self._cookie = f"dilctl-{port}"  # browsers send a cookie to every port of a machine
        self._sockets: set[web.WebSocketResponse] = set()

    def application(self) -> web.Application:
        """All that is answered; whatever is not said here is not."""

        @web.middleware
        async def guard(request: web.Request, handler: _Handler) -> web.StreamResponse:
            return await self._guard(request, handler)

        application = web.Application(middlewares=[guard])
        application.router.add_get("/", self._page, allow_head=False)
        application.router.add_get("/ws", self._screen, allow_head=False)
        for name in ("page.css", "page.js"):
            application.router.add_get(f"/{name}", _file(_HERE / name), allow_head=False)
        application.router.add_static("/static", _LIBRARY)
        application.on_response_prepare.append(self._add_headers)
        application.on_shutdown.append(self._hang_up)
        return application

    async def _guard(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Answer only this machine's browser that was let in.

        A page of another site may have its name resolved to this machine: it is known by the
        host that it asks for, and its socket by where it comes from.
        """
        if request.headers.getall("Host", []) not in ([host] for host in self._hosts):
            raise web.HTTPForbidden(text="This is no address of the dashboard.")
        if request.path == "/" and request.method == "GET" and "token" in request.query:
            return self._let_in(request.query["token"])
        if not self._door.knows(request.cookies.get(self._cookie, "")):
            return _refused()
        if request.headers.get("Origin", f"http://{request.host}") != f"http://{request.host}":
            raise web.HTTPForbidden(text="Another site's page may not use the dashboard.")
        return await handler(request)

    def _let_in(self, token: str) -> web.Response:
        cookie = self._door.admit(token)
        if cookie is None:
            return _refused()
        response = web.Response(status=303, headers={"Location": "/"})
        response.set_cookie(self._cookie, cookie, path="/", httponly=True, samesite="Strict")
        return response

    async def _page(self, request: web.Request) -> web.Response:
        page = Template((_HERE / "page.html").read_text("utf-8"))
        return _html(page.substitute(host=request.host))

    async def _screen(self, request: web.Request) -> web.WebSocketResponse:
        """A dashboard, for as long as its page is open."""
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT)
        await socket.prepare(request)
        line = Line(send_bytes=socket.send_bytes, send_text=socket.send_str, hang_up=socket.close)
        session = Session(self._program, line)
        self._sockets.add(socket)
        try:
            await session.start(_side(request, "width", 80), _side(request, "height", 24))
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await session.receive(message.data)
        finally:
            self._sockets.discard(socket)
            await session.end()
        return socket

    async def _add_headers(self, _request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(_HEADERS)

    async def _hang_up(self, _application: web.Application) -> None:
        for socket in tuple(self._sockets):
            await socket.close(code=WSCloseCode.GOING_AWAY, drain=False)


def _file(path: Path) -> _Handler:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.FileResponse(path)

    return answer


def _refused() -> web.Response:
    return _html((_HERE / "refused.html").read_text("utf-8"), status=403)


def _html(text: str, *, status: int = 200) -> web.Response:
    return web.Response(text=text, content_type="text/html", status=status)


def _side(request: web.Request, name: str, default: int) -> int:
    said = request.query.get(name, "")
    return cells(int(said)) if said.isascii() and said.isdigit() and len(said) < 5 else default
