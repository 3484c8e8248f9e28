"""The entry of ``dilctl`` and of ``python -m dilctl``."""


def main() -> None:
    """Run the command line and leave with its exit code."""
    from dilctl.cli.app import app

    app(prog_name="dilctl")


if __name__ == "__main__":
    main()
