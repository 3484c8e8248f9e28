"""A headless Chromium, driven through its DevTools, for tests of what a browser shows.

aiohttp, which the server brings, speaks to it: neither a driver program nor a package more.
"""

import asyncio
import base64
import itertools
import json
import os
import shutil
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

PROGRAM = shutil.which("chromium") or "chromium"
_PATIENCE = 60.0
# The page keeps its terminal to itself: what makes it is caught as it is told its socket's address.
_CATCH_TERMINAL = """
Object.defineProperty(Object.prototype, "websocket_url", {
  configurable: true,
  set(value) {
    Object.defineProperty(this, "websocket_url", { value });
    window.caught = this;
  },
});
"""
_READ_TERMINAL = """
(() => {
  const terminal = window.caught?.terminal;
  if (!terminal) return "";
  const lines = [];
  for (let row = 0; row < terminal.rows; row++)
    lines.push(terminal.buffer.active.getLine(row).translateToString(true));
  return lines.join("\\n");
})()
"""


class Tab:
    """The one page of a browser."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self.requested: list[str] = []

    async def do(self, method: str, **parameters: object) -> dict[str, Any]:
        """Call a method of DevTools; notes the addresses that are asked for meanwhile."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        while True:
            message = json.loads(await self._socket.receive_str())
            if message.get("method") == "Network.requestWillBeSent":
                self.requested.append(message["params"]["request"]["url"])
            if message.get("id") == number:
                assert "error" not in message, message
                return message["result"]

    async def open(self, address: str) -> None:
        await self.do("Network.enable")
        await self.do("Page.enable")
        await self.do("Page.addScriptToEvaluateOnNewDocument", source=_CATCH_TERMINAL)
        await self.do("Page.navigate", url=address)

    async def evaluate(self, expression: str) -> Any:
        result = await self.do("Runtime.evaluate", expression=expression)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    async def terminal(self) -> str:
        """The text that the page's terminal shows."""
        return await self.evaluate(_READ_TERMINAL)

    async def until(self, holds: Callable[[str], bool]) -> str:
        """The terminal's text as soon as something holds of it."""
        end = asyncio.get_running_loop().time() + _PATIENCE
        while not holds(text := await self.terminal()):
            assert asyncio.get_running_loop().time() < end, f"never came:\n{text}"
            await asyncio.sleep(0.05)
        return text

    async def sees(self, *words: str) -> str:
        return await self.until(lambda text: all(word in text for word in words))

    async def press(self, key: str) -> None:
        """Press a key of the keyboard, wherever the page's focus is."""
        await self.do("Input.dispatchKeyEvent", type="keyDown", key=key, text=key)
        await self.do("Input.dispatchKeyEvent", type="keyUp", key=key)

    async def screenshot(self, file: Path) -> None:
        answer = await self.do("Page.captureScreenshot", format="png")
        file.write_bytes(base64.b64decode(answer["data"]))


@asynccontextmanager
async def tab(folder: Path) -> AsyncIterator[Tab]:
    """A tab of a browser without any network but this machine's.

    Args:
        folder: an empty one, for its profile.
    """
    words = ["--headless=new", "--remote-debugging-port=0", f"--user-data-dir={folder}"]
    words += ["--window-size=1280,800", "--no-first-run", "--disable-dev-shm-usage"]
    words += ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
    if os.getuid() == 0:
        words.append("--no-sandbox")  # which Chromium refuses to build for root
    browser = await asyncio.create_subprocess_exec(
        PROGRAM, *words, "about:blank", stdout=DEVNULL, stderr=PIPE, start_new_session=True
    )
    try:
        port = await _debugging_port(browser)
        async with ClientSession() as client:
            async with client.get(f"http://127.0.0.1:{port}/json/list") as answer:
                pages = [page for page in await answer.json() if page["type"] == "page"]
            address = pages[0]["webSocketDebuggerUrl"]
            async with client.ws_connect(address, max_msg_size=2**26) as socket:
                yield Tab(socket)
                await Tab(socket).do("Browser.close")
    finally:
        await _end(browser)


async def _debugging_port(browser: Process) -> int:
    assert browser.stderr is not None
    said: list[str] = []
    async with asyncio.timeout(_PATIENCE):
        async for line in browser.stderr:
            said.append(line.decode(errors="replace"))
            if "DevTools listening on ws://" in said[-1]:
                return int(said[-1].rpartition(":")[2].partition("/")[0])
    raise AssertionError(f"Chromium does not start:\n{''.join(said)}")


async def _end(browser: Process) -> None:
    if browser.returncode is None:
        browser.kill()
    await browser.communicate()
