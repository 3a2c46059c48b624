"""Code in a fresh process that cannot reach a network."""

import subprocess
import sys

NO_NETWORK = """
import socket

def refused(*_, **__):
    raise OSError("there is no network here")

socket.getaddrinfo = socket.create_connection = socket.socket.connect = refused
"""


def run(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """What a fresh interpreter makes of this code; whatever asks for the network in it fails."""
    command = [sys.executable, "-c", NO_NETWORK + code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)
