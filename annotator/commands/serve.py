"""`standpoint serve`: the web application on this machine."""

import signal
import socket
from errno import EACCES, EADDRINUSE

import click
import waitress
from flask import Flask

from annotator.config import Settings
from annotator.errors import Unusable
from annotator.jobs.runner import Runner
from annotator.web import create_app, warming

THREADS = 8

HOST = click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
PORT = click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65_535), help="0: any free one."
)


@click.command()
@HOST
@PORT
@click.pass_obj
def serve(settings: Settings, host: str, port: int) -> None:
    r"""Serve the web application until Ctrl-C, and run the jobs that its pages ask for.

    The database must exist: `standpoint init` makes it. To let others in, add them with
    `standpoint user add NAME --project SLUG` and send them the link that is printed.

    \b
    Example:
      standpoint serve --port 8080
    """
    listener = listen(host, port)
    app = create_app(settings)
    click.echo(f"Serving {address(listener)} (Ctrl-C ends it)")
    run(app, listener)


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


def run(app: Flask, listener: socket.socket) -> None:
    """Serve the app on the socket with waitress, and run jobs beside it, until Ctrl-C or SIGTERM."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a service manager's Ctrl-C
    warming.begin(app)
    runner = Runner(app.extensions["standpoint_engine"], app.config["STANDPOINT"])
    runner.start()
    try:
        waitress.serve(app, sockets=[listener], threads=THREADS, ident=None, _quiet=True)
    finally:
        runner.stop()
