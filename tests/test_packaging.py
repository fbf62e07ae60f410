"""What is built for others: wheel and sdist hold what they need, and their metadata reads."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from shell_blocks import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel that is built from it."""
    pytest.importorskip("build", reason="build is in the extra [dev]")
    out = tmp_path_factory.mktemp("dist")
    # The backend of this environment: building needs no network.
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


def names_in(dist: Path) -> set[str]:
    """The files in the wheel."""
    [wheel] = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def metadata_of(dist: Path) -> dict[str, list[str]]:
    """The fields of the wheel's metadata, each with its values."""
    [wheel] = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        message = Parser().parsestr(archive.read(name).decode())
    return {field: message.get_all(field, []) for field in set(message)}


def test_the_wheel_has_every_file_of_the_package(dist: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "cleaner"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    there = {name for name in listed.stdout.splitlines() if (ROOT / name).exists()}
    assert there - names_in(dist) == set()


def test_the_wheel_has_knowledge_templates_and_types(dist: Path) -> None:
    names = names_in(dist)
    for name in (
        "cleaner/py.typed",
        "cleaner/noise/rules/sharing.toml",
        "cleaner/noise/rules/needs.json",
        "cleaner/noise/page_model.tsv",
        "cleaner/stories/splits.toml",
        "cleaner/stories/pairs.tsv.gz",
        "cleaner/text/wrong_forms.tsv",
    ):
        assert name in names
    assert any(name.startswith("cleaner/report/") and name.endswith(".html") for name in names)


def test_the_wheel_has_the_licence_and_nothing_of_the_checkout(dist: Path) -> None:
    names = names_in(dist)
    assert {name.rpartition("/")[2] for name in names} >= {"LICENSE", "NOTICE"}
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {
        "cleaner",
        "cleaner_zh",
    }
    assert not [name for name in names if name.endswith(".pyc")]


def test_the_metadata_tells_versions_extras_and_licence(dist: Path) -> None:
    told = metadata_of(dist)
    assert told["Requires-Python"] == [">=3.11"]
    assert told["License-Expression"] == ["Apache-2.0"]
    assert {"parquet", "html", "spark", "dev"} <= set(told["Provides-Extra"])
    for minor in (11, 12, 13):
        assert f"Programming Language :: Python :: 3.{minor}" in told["Classifier"]


def test_the_sdist_has_what_its_tests_need(dist: Path) -> None:
    [sdist] = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        below = {name.partition("/")[2] for name in archive.getnames()}
    assert {"README.md", "CHANGELOG.md", "seeds/000_signing.txt", "tests/test_main_job.py"} <= below


def test_the_index_would_take_both(dist: Path) -> None:
    pytest.importorskip("twine", reason="twine is in the extra [dev]")
    done = subprocess.run(
        [sys.executable, "-m", "twine", "check", "--strict", *sorted(dist.iterdir())],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
