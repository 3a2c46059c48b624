"""SemEval-2016 Task 6A through the whole way: import, release, train, evaluate, each as its command.

    python benchmarks/whole_way.py DATA_DIR

DATA_DIR holds train.csv, val.csv and test.csv with the columns id, target, text, label (the data may not
be redistributed: https://alt.qcri.org/semeval2016/task6/). Training reads train and validation; the test
split is read once, at the end. Prints the seconds of each step and the scores.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = 'slug = "semeval"\nkind = "directed"\nlanguage = "en"\n'


def main(data: Path) -> None:
    """Walk the way in a temporary folder and print what each step took."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "project.toml").write_text(PROJECT)
        steps = {
            "init": ["init"],
            "project": ["project", "create", "project.toml"],
            "import train": ["import", "semeval", str(data / "train.csv"), "--split", "train"],
            "import validation": ["import", "semeval", str(data / "val.csv"), "--split", "validation"],
            "import test": ["import", "semeval", str(data / "test.csv"), "--split", "test"],
            "release": ["release", "semeval", "release"],
            "train": ["train", "release", "model", "--split", "train", "--split", "validation"],
            "evaluate": ["evaluate", "model", "release", "--split", "test", "--json"],
        }
        whole = 0.0
        for name, arguments in steps.items():
            started = time.perf_counter()
            command = ["standpoint", *arguments]
            done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
            seconds = time.perf_counter() - started
            whole += seconds
            print(f"{name:18} {seconds:6.1f} s")
            if done.returncode:
                sys.exit(f"standpoint {' '.join(arguments)} failed:\n{done.stderr}")
        scores = json.loads(done.stdout)
    print(f"{'the whole way':18} {whole:6.1f} s")
    for name in ("f_avg", "macro_f1", "accuracy"):
        low, high = scores["intervals"][name]
        print(f"{name:18} {100 * scores[name]:6.2f}   95 % interval [{100 * low:.1f}, {100 * high:.1f}]")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
