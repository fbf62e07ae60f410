"""What the project offers to CI: its pre-commit hooks, its GitHub action, and the examples."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from command_line import call
from published_schemas import published
from small_pages import NOISE, OTHER, STORY

ROOT = Path(__file__).parents[2]
CI = ROOT / "examples" / "ci"


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=tester", "-c", "user.email=tester@example.invalid"]
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a clean page in its last commit and a noisy one that is staged."""
    folder = tmp_path / "repository"
    (folder / "pages").mkdir(parents=True)
    (folder / "pages" / "clean.txt").write_text(STORY)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "a page")
    (folder / "pages" / "noisy.txt").write_text(OTHER + NOISE)
    git(folder, "add", ".")
    return folder


def run(
    folder: Path, *words: str | Path, path: Path | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    """A program run in ``folder``, with ``path`` first among the places of programs."""
    places = [str(path)] if path else []
    env = {**os.environ, "PATH": os.pathsep.join([*places, os.environ["PATH"]]), **more}
    return subprocess.run(
        list(map(str, words)), cwd=folder, env=env, capture_output=True, text=True, check=False
    )


def published_here(folder: Path) -> Path:
    """The project as a git repository of its own, as users of its hooks fetch it."""
    project = folder / "cleaner"
    project.mkdir()
    for name in ("cleaner", "pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, project / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.is_file():
            shutil.copy(source, project / name)
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", project)
    git(project, "init", "-q", "-b", "main")
    git(project, "add", ".")
    git(project, "commit", "-q", "-m", "the project")
    return project


def test_the_hooks_are_what_pre_commit_takes() -> None:
    done = run(
        ROOT, sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml"
    )
    assert done.returncode == 0, done.stdout


def test_the_hooks_check_and_fix_a_commit(repository: Path, tmp_path: Path) -> None:
    """As ``pre-commit try-repo`` does it: the hook is installed from the project's repository.

    Without the network: what the hook depends on is found where these tests find it.
    """
    project = published_here(tmp_path)
    offline = {
        "PRE_COMMIT_HOME": str(tmp_path / "home"),
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip reads this as: no isolation
        "PYTHONPATH": sysconfig.get_paths()["purelib"],
    }

    def hook(name: str) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-m", "pre_commit", "try-repo", str(project), name, "--verbose"]
        return run(repository, *words, **offline)

    found = hook("cleaner-check")
    assert found.returncode == 1, found.stdout + found.stderr
    assert "pages/noisy.txt:5:1: share-name " in found.stdout
    assert "clean.txt:" not in found.stdout
    fixed = hook("cleaner-fix")
    assert fixed.returncode == 1
    assert "files were modified by this hook" in fixed.stdout
    assert (repository / "pages" / "noisy.txt").read_text() == OTHER
    git(repository, "add", ".")
    assert hook("cleaner-check").returncode == 0


def test_the_example_configuration_of_pre_commit_is_one(tmp_path: Path) -> None:
    text = (CI / "pre-commit-config.yaml").read_text()
    hooks = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    for repo in yaml.safe_load(text)["repos"]:
        assert {hook["id"] for hook in repo["hooks"]} <= hooks
    done = run(CI, sys.executable, "-m", "pre_commit", "validate-config", "pre-commit-config.yaml")
    assert done.returncode == 0, done.stdout


def action() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
    return told


def test_the_action_is_valid_by_the_published_schema() -> None:
    jsonschema.validate(action(), published("github-action"))


def checked_by_action(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """The last step of the action, run as the runner does with these inputs."""
    told = action()
    values = {name: str(one.get("default", "")) for name, one in told["inputs"].items()}
    values.update({name.replace("_", "-"): value for name, value in inputs.items()})
    step = told["runs"]["steps"][-1]
    env = {
        name: re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda m: values[m[1]], value)
        for name, value in step["env"].items()
    }
    programs = folder.parent / "bin"
    programs.mkdir(exist_ok=True)
    program = programs / "cleaner"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cleaner "$@"\n')
    program.chmod(0o755)
    script = folder.parent / "step.sh"
    script.write_text(step["run"])
    words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
    python = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return run(folder, *words, path=programs, PYTHONPATH=python, GITHUB_ACTIONS="true", **env)


def test_the_action_writes_findings_beside_the_lines(repository: Path) -> None:
    done = checked_by_action(repository, paths="pages\n")
    assert done.returncode == 1
    assert done.stdout.startswith("::error file=pages/noisy.txt,line=5,")


def test_every_input_of_the_action_reaches_the_check(repository: Path) -> None:
    git(repository, "commit", "-q", "-m", "another page")
    unchanged = checked_by_action(repository, paths="pages", changed_since="HEAD")
    assert (unchanged.returncode, unchanged.stdout) == (0, "")
    borne = checked_by_action(repository, paths="pages", max_noise="50%")
    assert borne.returncode == 0
    left = checked_by_action(repository, paths="pages", exclude="drafts\nnoisy*\n")
    assert left.returncode == 0
    other = checked_by_action(repository, paths="pages", fail_on="exact,near")
    assert other.returncode == 0
    written = checked_by_action(repository, paths="pages", format="sarif", out="cleaner.sarif")
    assert written.returncode == 1
    assert (repository / "cleaner.sarif").is_file()
    assert call("check", repository, "--baseline", repository / "k", "--update-baseline").code == 0
    assert checked_by_action(repository, paths="pages", baseline="k").returncode == 0
    missing = checked_by_action(repository, paths="pages", against="no-index")
    assert missing.returncode == 2


def test_the_example_workflow_gives_the_action_inputs_that_it_has() -> None:
    workflow = yaml.safe_load((CI / "check-pages.yml").read_text())
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    ours = [step for step in steps if step.get("uses", "").startswith("OWNER/cleaner")]
    assert ours
    for step in ours:
        assert set(step["with"]) <= set(action()["inputs"])


def test_the_example_configuration_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    shutil.copy(CI / "cleaner.toml", tmp_path)
    (tmp_path / "pages" / "taiwan").mkdir(parents=True)
    noisy = STORY + NOISE
    (tmp_path / "pages" / "noisy.txt").write_text(noisy)
    page = "縣長說,這項計畫將讓學生與教師受益,請縣民繼續關心。\n(記者林小明/臺北報導)\n" * 2
    (tmp_path / "pages" / "taiwan" / "page.txt").write_bytes(page.encode("big5"))
    done = call("check", "pages")
    assert done.code == 1
    assert any("noise-budget" in line for line in done.lines)
    assert not any(line.startswith("pages/taiwan") and "byline" in line for line in done.lines)
    shown = call("check", "pages", "--show-config").lines
    assert 'max-noise = "2%"  # cleaner.toml' in shown


def test_the_commands_of_the_example_are_commands(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    git(repository, "branch", "origin/main")
    shutil.copy(CI / "cleaner.toml", repository)
    shown = re.findall(r"^\$ (.+?)(?:  +#.*)?$", (CI / "README.md").read_text(), re.MULTILINE)
    for line in shown:
        for command in line.split(" && "):
            done = call(*command.split()[1:])
            assert done.code in (0, 1), (command, done.err)
