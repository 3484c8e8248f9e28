from dilctl.cli.dash_web import reached_by_ssh
from dilctl.dash.web.port import listening
from tests.dilctl.shell import Shell


def test_what_cannot_be_served_is_said_in_a_sentence(shell: Shell):
    with listening(0) as taken:
        port = str(taken.getsockname()[1])
        assert f"port {port} is taken" in shell.error("dash", "--web", "--port", port, code=7)
    assert "--port goes with --web" in shell.error("dash", "--port", "1", code=2)
    shell("dash", "--web", "--port", "65536", code=2)


def test_who_came_by_ssh_is_told_the_way_back():
    cases = {
        "": None,
        "10.0.0.1 5 10.0.0.2 22": "ada@10.0.0.2",
        "::1 5 fe80::2 2222": "-p 2222 ada@fe80::2",
        "nonsense": None,
    }
    for said, words in cases.items():
        assert reached_by_ssh({"SSH_CONNECTION": said, "USER": "ada"}) == words
    assert reached_by_ssh({"SSH_CONNECTION": "10.0.0.1 5 10.0.0.2 22"}) == "10.0.0.2"
