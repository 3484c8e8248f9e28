import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from aiohttp import ClientSession, CookieJar, WSMsgType, WSServerHandshakeError, web

from dilctl.dash.web.door import Door
from dilctl.dash.web.port import listening
from dilctl.dash.web.session import Program
from dilctl.dash.web.site import Site

NOTHING = Program(words=("false",), environment={})
LOCKED = ("/", "/ws", "/page.css", "/page.js", "/static/js/textual.js", "/static/", "/no/such/page")


@dataclass
class Served:
    """A site on a port of its own, and a browser that keeps cookies."""

    door: Door
    port: int
    browser: ClientSession

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def status(self, path: str, *, method: str = "GET", **headers: str) -> int:
        async with self.browser.request(
            method, self.root + path, headers=headers, allow_redirects=False
        ) as answer:
            return answer.status

    async def text(self, path: str) -> str:
        async with self.browser.get(self.root + path) as answer:
            return await answer.text()

    async def come_in(self) -> None:
        assert await self.status(f"/?token={self.door.invite()}") == 303


@asynccontextmanager
async def site(program: Program = NOTHING) -> AsyncIterator[Served]:
    door, listener = Door(), listening(0)
    port = listener.getsockname()[1]
    runner = web.AppRunner(Site(door, program, port=port).application(), access_log=None)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as browser:
        yield Served(door, port, browser)
    await runner.cleanup()
    listener.close()


async def test_nothing_at_all_is_answered_without_a_cookie():
    async with site() as served:
        served.door.invite()
        for path in (*LOCKED, "/?token=", "/?token=wrong", "/?token=%00%ff", "/ws?token=wrong"):
            assert await served.status(path) == 403, path
        for method in ("HEAD", "POST", "OPTIONS", "DELETE"):
            assert await served.status("/", method=method) == 403, method
        cookie = f"dilctl-{served.port}=forged; dilctl=x"
        assert await served.status("/", Cookie=cookie) == 403


async def test_a_token_lets_one_browser_in_once():
    async with site() as served:
        path = f"/?token={served.door.invite()}"
        assert await served.status(path, method="HEAD") == 403  # it is not spent by a preview
        async with served.browser.get(served.root + path, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/")
            given = answer.cookies[f"dilctl-{served.port}"]
            assert (given["httponly"], given["samesite"], given["path"]) == (True, "Strict", "/")
            assert given.value not in path
        for path_within in ("/", "/page.css", "/page.js", "/static/js/textual.js"):
            assert await served.status(path_within) == 200, path_within
        assert await served.status(path) == 403  # even of the browser that it let in
        assert await served.status("/") == 200
        async with ClientSession() as other, other.get(served.root + path) as answer:
            assert answer.status == 403
            assert "Press Enter" in await answer.text()


async def test_a_fresh_token_takes_the_place_of_the_one_before():
    async with site() as served:
        first, second = served.door.invite(), served.door.invite()
        assert await served.status(f"/?token={first}") == 403
        assert await served.status(f"/?token={second}") == 303


async def test_a_name_that_was_pointed_at_this_machine_gets_nothing():
    async with site() as served:
        path = f"/?token={served.door.invite()}"
        for host in ("evil.example", f"evil.example:{served.port}", "127.0.0.1", "127.0.0.1:1"):
            assert await served.status(path, Host=host) == 403, host
        assert await served.status(path, Host=f"localhost:{served.port}") == 303


async def test_the_page_of_another_site_opens_no_screen():
    async with site() as served:
        await served.come_in()
        for origin in ("http://evil.example", "http://127.0.0.1:1", "null"):
            with pytest.raises(WSServerHandshakeError) as refused:
                await served.browser.ws_connect(f"{served.root}/ws", origin=origin)
            assert refused.value.status == 403


async def test_nothing_is_kept_listed_or_left_to_download():
    async with site() as served:
        await served.come_in()
        async with served.browser.get(served.root) as answer:
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            page = await answer.text()
        assert "<title>dilctl</title>" in page
        assert f"ws://127.0.0.1:{served.port}/ws" in page
        for text in (page, await served.text("/page.css"), await served.text("/page.js")):
            assert "https:" not in text
            assert "http:" not in text
        for path in ("/static/", "/static/js/", "/static/../door.py", "/static/%2e%2e/server.py"):
            assert await served.status(path) in {403, 404}, path
        assert await served.status("/download/key") == 404


async def test_a_program_that_cannot_draw_ends_its_page(capfd: pytest.CaptureFixture[str]):
    broken = Program(words=("sh", "-c", "echo broken >&2; exit 3"), environment={})
    async with site(broken) as served:
        await served.come_in()
        async with asyncio.timeout(20):
            socket = await served.browser.ws_connect(f"{served.root}/ws?width=x&height=-1")
            assert [message async for message in socket] == []
    assert "broken" in capfd.readouterr().err


async def test_what_no_page_says_is_ignored():
    echo_one_packet = r"printf '__GANGLION__\n'; exec head -c 8"
    async with site(Program(words=("sh", "-c", echo_one_packet), environment={})) as served:
        await served.come_in()
        async with asyncio.timeout(20):
            socket = await served.browser.ws_connect(f"{served.root}/ws")
            for nonsense in ("", "{", "[]", "[1]", '["stdin"]', '["stdin", 3]', '["resize", {}]'):
                await socket.send_str(nonsense)
            await socket.send_bytes(b"\x00")
            await socket.send_str('["stdin", "\\ud800ü"]')
            assert (await socket.receive_bytes()).decode() == "?ü"
            assert (await socket.receive()).type is WSMsgType.CLOSE
