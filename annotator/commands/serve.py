"""`standpoint serve`: the web application on this machine."""

import dataclasses
import gc
import socket
from errno import EACCES, EADDRINUSE

import click

from annotator import logs
from annotator.config import Settings
from annotator.errors import Unusable
from annotator.serving import embedded
from annotator.store import engine
from annotator.web import create_app

THREADS = 8  # of one process
OF_A_WORKER = 4
NEEDS_SERVER = (
    "Several workers need a server for them: pip install 'standpoint[server]', or serve with --workers 1."
)

HOST = click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
PORT = click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65_535), help="0: any free one."
)


@click.command()
@HOST
@PORT
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 128), help="Processes: one a core."
)
@click.option(
    "--threads",
    type=click.IntRange(1, 128),
    help=f"Of each process.  [default: {THREADS}, with several workers {OF_A_WORKER}]",
)
@click.option(
    "--log-format",
    type=click.Choice(logs.FORMATS),
    help="text: what goes wrong. json: JSON Lines, one a request as well.  [default: STANDPOINT_LOG_FORMAT]",
)
@click.pass_obj
def serve(
    settings: Settings, host: str, port: int, workers: int, threads: int | None, log_format: str | None
) -> None:
    r"""Serve the web application until Ctrl-C, and run the jobs that its pages ask for.

    The database must exist: `standpoint init` makes it. To let others in, add them with
    `standpoint user add NAME --project SLUG` and send them the link that is printed.

    Ctrl-C and SIGTERM let requests under way finish; a second one ends at once. With several workers SIGHUP
    replaces them one after another.

    \b
    Examples:
      standpoint serve --port 8080
      standpoint serve --workers 4 --log-format json
    """
    if log_format is not None:
        settings = dataclasses.replace(settings, log_format=log_format)
    logs.configure(settings.log_format)
    listener = listen(host, port)
    if workers > 1:
        _serve_by_several(settings, listener, workers, threads or OF_A_WORKER)
        return
    app = create_app(settings)
    gc.freeze()  # all of it stays: no collection looks at it again
    click.echo(f"Serving {address(listener)} (Ctrl-C ends it)")
    embedded.serve(app, listener, threads=threads or THREADS)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket: a taken port is told before anything else is done, and early visitors wait.

    Raises
    ------
    Unusable
        If the port is taken, forbidden, or the host is not of this machine.
    """
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen()
    except OSError as error:
        reasons = {
            EADDRINUSE: f"Port {port} is taken by another program: choose another, for example {port + 1}",
            EACCES: f"Port {port} needs more rights than you have: choose one above 1023",
        }
        reason = reasons.get(error.errno or 0, f"{host}:{port} cannot be listened on ({error.strerror})")
        raise Unusable(f"{reason} (--port, or PORT=… with make).") from None
    return listener


def address(listener: socket.socket) -> str:
    """The URL that a bound socket answers on."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _serve_by_several(settings: Settings, listener: socket.socket, workers: int, threads: int) -> None:
    try:
        from annotator.serving import workers as several  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "gunicorn":
            raise
        raise Unusable(NEEDS_SERVER) from None
    engine.current(settings).dispose()  # told here, and not by each worker
    click.echo(f"Serving {address(listener)} by {workers} processes (Ctrl-C ends it)")
    several.serve(settings, listener, workers=workers, threads=threads)
