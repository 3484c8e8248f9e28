import asyncio
import re
import signal
from pathlib import Path

import psutil
import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, CookieJar

from dilctl.settings import Settings
from tests.dilctl.dash.web.served import Served, served
from tests.dilctl.seeded import fill

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / """a 'home' with "quotes"; touch $HOME & ünïcode"""
    fill(Settings(home))
    return home


def visitor() -> ClientSession:
    """A browser that keeps the cookies of this machine's servers."""
    return ClientSession(cookie_jar=CookieJar(unsafe=True))


def assert_gone(processes: list[psutil.Process]) -> None:
    _, alive = psutil.wait_procs(processes, timeout=30)
    assert alive == []


async def opened(browser: ClientSession, server: Served) -> ClientWebSocketResponse:
    """A page, once its dashboard shows the runs."""
    async with browser.get(server.address) as answer:
        assert answer.status == 200
    socket = await browser.ws_connect(f"{server.root}/ws?width=80&height=24", origin=server.root)
    await sees(socket, "denoise-small erm")
    return socket


async def sees(socket: ClientWebSocketResponse, words: str) -> None:
    """Wait until the words were drawn."""
    drawn = ""
    async with asyncio.timeout(60):
        while words not in drawn:
            drawn += re.sub(
                r"\x1b\[[^a-zA-Z]*[a-zA-Z]", "", (await socket.receive_bytes()).decode()
            )


async def test_a_page_ends_with_its_browser_and_with_its_server(home: Path):
    with served(home) as server:
        async with visitor() as browser:
            socket = await opened(browser, server)
            pages = server.pages()
            await socket.send_str('["stdin", "?"]')
            await sees(socket, "Keys")
            await socket.close()
            assert_gone(pages)
        server.address = server.press_enter()
        async with visitor() as another:
            await opened(another, server)
            pages = server.pages()
            assert len(pages) == 1
            server.process.send_signal(signal.SIGINT)
            assert server.ends() == 0
            assert_gone(pages)


async def test_a_page_ends_with_a_server_that_is_killed(home: Path):
    with served(home) as server:
        async with visitor() as browser:
            await opened(browser, server)
            pages = server.pages()
            server.process.kill()
            assert server.ends() == -signal.SIGKILL
            assert_gone(pages)
