"""The code of Markdown pages, run as they show it: files are written, commands typed, Python executed.

A fenced block after the sentence part "`NAME`:" is a file of that name. A block of sh is typed line by line;
a block of text after it holds lines that must have been printed. What `standpoint` is told is parsed by the
shell's rules and run in this process, because a process for each command would spend its time on importing
scikit-learn; a line that needs a shell (a variable, a pipe) gets a real one.
"""

import contextlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from annotator.cli import main

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"`([\w-]+\.\w+)`[^`\n]*:\n\n\Z")
TAKEN = re.compile(r"([A-Z]+)=\$\(standpoint (.*)\)")  # NAME=$(standpoint …)
REFUSED = re.compile(r'^Error:|rejected|^"status":4', re.MULTILINE)  # what is printed with exit code 1
ADDRESS = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Block:
    """One fenced block: where it stands, what it is written in, and the file that it is, if it is one."""

    place: str
    heading: str
    language: str
    code: str
    file: str | None


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    for found in FENCE.finditer(text):
        before = text[: found.start()]
        headings = re.findall(r"^#+ (.*)$", FENCE.sub("", before), re.MULTILINE)
        file = FILE.search(before)
        place = f"{page.name}:{before.count(chr(10)) + 1}"
        yield Block(place, headings[-1], found[1], found[2], file[1] if file and found[1] != "sh" else None)


@dataclass
class Reader:
    """Somebody who does what the pages say, in one folder."""

    folder: Path
    names: dict[str, object] = field(default_factory=dict)  # of their Python session
    variables: dict[str, str] = field(default_factory=dict)  # of their shell
    printed: str = ""  # by the last block of sh
    status: int = 0  # of its last command
    _server: subprocess.Popen[str] | None = None
    _address: str = ADDRESS

    def follow(self, block: Block) -> None:
        """Do what one block says; the test fails where it does not work."""
        if block.file is not None:
            (self.folder / block.file).write_text(block.code, encoding="utf-8")
        elif block.language == "sh":
            self.printed = ""
            for line in block.code.replace("\\\n", " ").splitlines():
                assert self.status == 0, f"{block.place}: the command before fails\n{self.printed}"
                self._type(line, block.place)
        elif block.language == "text":
            for line in filter(None, block.code.splitlines()):
                assert line in self.printed, f"{block.place}: {line!r} is not in\n{self.printed}"
            if REFUSED.search(block.code):
                assert self.status == 1, block.place
                self.status = 0
        elif block.language == "python":
            exec(compile(block.code, block.place, "exec"), self.names)
        assert block.file or block.language in {"sh", "text", "python"}, f"{block.place}: what is this?"

    def rest(self) -> None:
        """What is left at the end of a page: nothing that failed, and no server."""
        assert self.status == 0, self.printed
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)
            _, said = self._server.communicate(timeout=120)
            assert "Traceback" not in said, said
            self._server, self._address = None, ADDRESS

    def _type(self, line: str, place: str) -> None:
        words = shlex.split(line, comments=True)
        taken = TAKEN.fullmatch(line)
        if not words:
            return
        if words[:2] == ["standpoint", "serve"]:
            self._serve(words[2:])
        elif taken:
            self.variables[taken[1]] = self._standpoint(shlex.split(taken[2])).stdout.rstrip("\n")
        elif words[0] == "standpoint":
            self.printed += self._standpoint(words[1:]).output
        else:
            self._shell(line, place)

    def _standpoint(self, words: list[str]) -> Result:
        paths = [path for word in words for path in (_matching(word) if "*" in word else [word])]
        done = CliRunner().invoke(main, paths, catch_exceptions=False)
        self.status = done.exit_code
        return done

    def _serve(self, options: list[str]) -> None:
        """Start the real server, on a free port instead of the one that the page names."""
        self.rest()
        command = [sys.executable, "-c", "from annotator.cli import main; main()", "serve", *options]
        self._server = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", "0"],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        said = self._server.stdout.readline()
        self._address = said.split()[1]

    def _shell(self, line: str, place: str) -> None:
        """A line for a real shell; a variable that it sets is kept for the next one."""
        if "curl" in line and shutil.which("curl") is None:
            pytest.skip("curl is not here: apt-get install curl")
        line = re.sub(r"\bcurl\b", "curl --silent --fail-with-body --max-time 20", line).replace(
            ADDRESS, self._address
        )
        setting = re.match(r"([A-Z]+)=", line)
        show = f'\nprintf "\\n%s" "${setting[1]}"' if setting else ""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["/bin/sh", "-e", "-c", line + show],
            cwd=self.folder,
            env=os.environ | self.variables | {"PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        self.status = 1 if "curl" in line and done.returncode else done.returncode
        output, _, value = done.stdout.rpartition("\n") if setting else (done.stdout, "", "")
        if setting:
            assert value, f"{place}: {setting[1]} is empty"
            self.variables[setting[1]] = value
        self.printed += output


def _matching(pattern: str) -> list[str]:
    return sorted(str(path) for path in Path().glob(pattern)) or [pattern]


@contextlib.contextmanager
def reading_in(folder: Path) -> Iterator[Reader]:
    """A reader whose shell and Python stand in `folder`; their server ends with them."""
    reader = Reader(folder)
    with contextlib.chdir(folder):
        try:
            yield reader
        finally:
            if reader._server is not None:
                reader._server.kill()
                reader._server.communicate()
