"""The process of one page: a dashboard that draws into its server's pipe, and dies with it."""

import ctypes
import os
import signal
import sys

from dilctl.jobs import Jobs
from dilctl.settings import DATABASE, Settings
from dilctl.text import visible

_PR_SET_PDEATHSIG = 1
_PATIENCE = 2.0  # seconds to wait for another writer; the dashboard tries again by itself
_MODULE = "dilctl.dash.web.child"


def words() -> tuple[str, ...]:
    """The program that this process starts for a page."""
    return (sys.executable, "-P", "-m", _MODULE, str(os.getpid()))


def environment(settings: Settings) -> dict[str, str]:
    """How it learns of home and registry: a password would be seen among the arguments."""
    return {"DILCTL_HOME": str(settings.home), DATABASE: settings.database or ""}


def main() -> None:
    """Show the dashboard of ``$DILCTL_HOME``; the one argument is the server's process."""
    _die_with(int(sys.argv[1]))
    from dilctl.dash.app import run
    from dilctl.dash.live import EXPECTED

    jobs = Jobs(Settings.default(), patience=_PATIENCE)
    try:
        run(jobs)
    except EXPECTED as error:
        raise SystemExit(f"error: {visible(str(error))}") from None
    finally:
        jobs.close()


def _die_with(server: int) -> None:
    """Ask the system to kill this process when its server dies, however that does."""
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != server:
        raise SystemExit("the server was gone before its page came up")


if __name__ == "__main__":
    main()
