"""Somebody at a terminal whose Hub is the stand-in: commands in a process of its own.

huggingface_hub reads where the Hub is when it is imported, so it is told to a new process. That one runs
command after command, because starting it takes seconds.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.services.hub import TOKEN

COMMANDS = """
import json, os, sys
from click.testing import CliRunner
from annotator.cli import main

for line in sys.stdin:
    arguments, environment = json.loads(line)
    os.environ.update({name: value for name, value in environment.items() if value is not None})
    for name in [name for name, value in environment.items() if value is None]:
        os.environ.pop(name, None)
    done = CliRunner().invoke(main, arguments)
    print(json.dumps([done.exit_code, done.stdout, done.stderr]), flush=True)
"""
ONE = "from annotator.cli import main; main()"


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    code: int
    stdout: str
    stderr: str


class Desk:
    """A home, a token, and a terminal."""

    def __init__(self, hub_url: str, home: Path) -> None:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("HF_", "HUGGING", "STANDPOINT_"))
        }
        self.environment = kept | {
            "HF_ENDPOINT": hub_url,
            "HF_HOME": str(home),
            "HF_TOKEN": TOKEN,
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_UPDATE_CHECK": "1",
            "NO_PROXY": "127.0.0.1",
        }
        self._terminal: subprocess.Popen[str] | None = None

    def run(self, *arguments: object, environment: Mapping[str, str | None] | None = None) -> Done:
        """Run one command to its end; None takes a variable away."""
        if self._terminal is None:
            self._terminal = self._start(COMMANDS, stdin=subprocess.PIPE)
        assert self._terminal.stdin is not None
        assert self._terminal.stdout is not None
        told = {"HF_TOKEN": TOKEN, **(environment or {})}
        self._terminal.stdin.write(json.dumps([[str(argument) for argument in arguments], told]) + "\n")
        self._terminal.stdin.flush()
        return Done(*json.loads(self._terminal.stdout.readline()))

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        """Begin a command in a process of its own, that can be killed."""
        return self._start(ONE, *arguments)

    def python(self, code: str, *arguments: object) -> str:
        """What this code prints in a fresh interpreter."""
        process = self._start(code, *arguments, stderr=subprocess.PIPE)
        stdout, stderr = process.communicate()
        assert process.returncode == 0, stderr
        return stdout

    def leave(self) -> None:
        """End the terminal."""
        if self._terminal is not None:
            self._terminal.communicate()

    def _start(
        self, code: str, *arguments: object, stdin: int | None = None, stderr: int = subprocess.DEVNULL
    ) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", code, *map(str, arguments)]
        return subprocess.Popen(
            command, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr, text=True, env=self.environment
        )
