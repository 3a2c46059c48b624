"""deploy/: what is copied onto a server is read by what reads it there."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from annotator.commands.serve import serve
from annotator.config import PREFIX, Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
FILES = sorted(path for path in DEPLOY.iterdir() if path.is_file())


def test_the_unit_is_one_that_systemd_takes():
    """A directive that is misspelt is ignored, and protects nobody."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd here: apt-get install systemd")
    unit = DEPLOY / "standpoint.service"
    done = subprocess.run(["systemd-analyze", "verify", unit], check=False, capture_output=True, text=True)

    said = [line for line in done.stderr.splitlines() if "standpoint.service" in line]
    assert [line for line in said if "is not executable" not in line] == []  # it is not installed here


def test_the_compose_file_names_services_volumes_and_settings_that_are_there():
    """The first `up` must be the last one that needs a look."""
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    services = compose["services"]

    for service in services.values():
        assert set(service.get("depends_on", {})) <= services.keys()
        assert {volume.partition(":")[0] for volume in service["volumes"]} <= compose["volumes"].keys()
    assert all(port.startswith("127.0.0.1:") for port in services["standpoint"]["ports"])
    assert (DEPLOY / ".." / services["standpoint"]["build"]["dockerfile"]).exists()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_settings_and_options_that_are_named_exist(path):
    """A setting that nobody reads is a promise that nobody keeps."""
    text = path.read_text(encoding="utf-8")
    known = {PREFIX + name.upper() for name in Settings.__dataclass_fields__}
    options = {option for parameter in serve.params for option in parameter.opts}

    assert set(re.findall(rf"{PREFIX}[A-Z_]+", text)) <= known
    for line in re.findall(r"standpoint serve ([^\"\n]*)", text):
        assert {word for word in shlex.split(line) if word.startswith("--")} <= options
