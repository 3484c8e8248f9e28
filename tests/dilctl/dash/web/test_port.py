import pytest

from dilctl.dash.web.port import listening
from dilctl.errors import BusyError


def test_a_port_that_is_taken_is_named_with_the_cure():
    with listening(0) as first:
        port = first.getsockname()[1]
        with pytest.raises(BusyError, match=f"port {port} is taken; choose another with --port"):
            listening(port)


def test_without_a_port_the_next_free_one_is_taken():
    with listening(None) as first, listening(None) as second:
        assert first.getsockname()[1] != second.getsockname()[1]
        assert second.getsockname()[0] == "127.0.0.1"
