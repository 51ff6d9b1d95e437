"""The entry point: global options, exit codes, and no traceback for anybody."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from handover_core_cli.output import Console, ExitCode, fail
from handover_core_cli.state import hoisted

try:
    import typer

    INSTALLED = True
except ImportError:
    INSTALLED = False


INTERRUPTED = 130
"""What typer makes of Ctrl-C by itself."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 fine, 1 refused by a rule, 2 bad usage or input, 3 storage."""
    given = hoisted(list(sys.argv[1:] if arguments is None else arguments))
    if not INSTALLED:
        sys.stderr.write("handover needs packages that are not installed. Run: pip install 'handover-core[cli]'\n")
        return ExitCode.USAGE
    console = Console.from_arguments(given)
    _speak_utf8()
    from handover_core_cli.application import application

    try:
        code = int(application(given, prog_name="handover", standalone_mode=False) or 0)
        return console.stopped() if code == INTERRUPTED else code
    except (typer.Abort, KeyboardInterrupt):
        return console.stopped()
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as error:  # noqa: BLE001 - the last line of defence: people get a message, never a traceback
        return console.usage(error) if isinstance(error, _usage_error()) else fail(console, error)


def _usage_error() -> type[Exception]:
    """Return the class of errors about the command's words; typer brings its own click, or imports it in older releases."""
    return next(cls for cls in typer.BadParameter.__mro__ if cls.__name__ == "ClickException")


def _speak_utf8() -> None:
    """Let Chinese text reach a terminal or a pipe whose encoding is something older."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def run() -> None:
    """Run as a program."""
    sys.exit(main())


if __name__ == "__main__":
    run()
