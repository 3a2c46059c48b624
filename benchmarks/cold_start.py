"""CPU until the first answer, beside importing Flask and SQLModel in the same run; and memory when idle.

    .venv/bin/python benchmarks/cold_start.py

Each figure is of a process of its own, the smallest of a few: a slow machine slows both alike. Modules are
compiled already, as at every start but the first, whatever PYTHONDONTWRITEBYTECODE says here.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUNS = 3
LIBRARIES = "import time; import flask, sqlmodel; print(time.process_time())"
FIRST = """
import time
from annotator.cli import main
main.get_command(None, "serve")  # imported as the command line does
from annotator.config import Settings
from annotator.web import create_app
imported = time.process_time()
app = create_app(Settings(database={url!r}))
made = time.process_time()
assert app.test_client().get("/").status_code == 200
print(imported, made, time.process_time())
"""
PROGRAM = "from annotator.cli import main; main()"


def main() -> None:
    """Measure, and print a line a figure and one of JSON."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = f"{folder}/compiled"
        url = f"sqlite:///{folder}/cold.db"
        subprocess.run([sys.executable, "-c", PROGRAM, "init", "--database", url], check=True, cwd=ROOT)
        best(FIRST.format(url=url))  # compiles
        [libraries] = best(LIBRARIES)
        imported, made, answered = best(FIRST.format(url=url))
        told = {
            "libraries_cpu_seconds": round(libraries, 3),
            "imports_cpu_seconds": round(imported, 3),
            "application_cpu_seconds": round(made, 3),
            "first_answer_cpu_seconds": round(answered, 3),
            "beyond_libraries_cpu_seconds": round(answered - libraries, 3),
            "idle_megabytes": round(idle_megabytes(url)),
        }
    for name, value in told.items():
        print(f"{name:30} {value}")
    print(json.dumps(told))


def best(code: str) -> list[float]:
    """What the code prints, of the run that came to the least at the end."""
    runs = [
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
        for _ in range(RUNS)
    ]
    return min(
        ([float(each) for each in run.stdout.split()] for run in runs), key=lambda figures: figures[-1]
    )


def idle_megabytes(url: str) -> float:
    """Resident memory of `standpoint serve` with one process, some seconds after its start."""
    command = [sys.executable, "-c", PROGRAM, "serve", "--port", "0", "--database", url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        assert server.stdout is not None
        server.stdout.readline()
        last = -1.0
        while (used := cpu_seconds(server.pid)) > last:  # until it has warmed up
            last = used
            time.sleep(3)
        status = Path(f"/proc/{server.pid}/status").read_text(encoding="utf-8")
        server.terminate()
    [line] = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


def cpu_seconds(pid: int) -> float:
    """What a process has used so far, to a fifth of a second."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return round((int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") * 5) / 5


if __name__ == "__main__":
    main()
