"""The program as a whole: its help, its suggestions, its exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import click
import pytest
from command_line import call, unmeasured

from cleaner import __version__
from cleaner.cli import COMMANDS, cleaner

NAMES = [name for names in COMMANDS.values() for name in names]


def test_the_help_groups_the_commands_by_what_they_are_for() -> None:
    told = call("--help").out
    places = [told.index(title[1:]) for title in COMMANDS]
    assert places == sorted(places)
    for name, line in ((n, line) for names in COMMANDS.values() for n, line in names.items()):
        assert f"  {name}" in told
        assert line in told


def test_nothing_heavy_is_imported_for_the_help() -> None:
    code = (
        "import sys; sys.argv = ['cleaner', '--help']\n"
        "from cleaner.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([m for m in ('numpy', 'rich', 'datasketch', 'pyarrow', 'jinja2', 'tomllib', "
        "'cleaner.text.lines', 'cleaner.cli.check') if m in sys.modules])"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=unmeasured())
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", ["check", "clean", "restore", "run"])
def test_the_help_of_a_command_shows_an_example(name: str) -> None:
    done = call(name, "--help")
    assert done.code == 0
    assert f"cleaner {name}" in done.out.partition("Example")[2]


def test_the_version_is_told() -> None:
    assert call("--version").out == f"cleaner, version {__version__}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_get_a_completion(shell: str) -> None:
    done = call("--completion", shell)
    assert done.code == 0
    assert "_CLEANER_COMPLETE" in done.out


def test_bash_completes_commands_and_options(monkeypatch: pytest.MonkeyPatch) -> None:
    def completed(line: str) -> list[str]:
        monkeypatch.setenv("_CLEANER_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", line)
        monkeypatch.setenv("COMP_CWORD", str(len(line.split()) - 1))
        return [told.partition(",")[2] for told in call().lines]

    assert "check" in completed("cleaner ch")
    assert "--rejects" in completed("cleaner clean --rej")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["chekc"], "did you mean 'check'?"),
        (["clean", "--jsonnl"], "--jsonl"),
        (["clean", "--keep", "captoin"], "did you mean 'caption'?"),
        (["check", "x", "--fail-on", "nosie"], "did you mean 'noise'?"),
        (["check", "x", "--fail-on", "exakt"], "did you mean 'exact'?"),
        (["check", "--format", "sarrif", "x"], "sarif"),
    ],
)
def test_a_mistyped_name_is_told_with_the_nearest(arguments: list[str], told: str) -> None:
    done = call(*arguments)
    assert done.code == 2
    assert told in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nothing-like-it"],
        ["clean", "--no-such-option"],
        ["clean", "no/such/file.txt"],
        ["clean", "-o", "no/such/folder/out.txt", "-"],
        ["check"],
        ["check", "no/such/file.txt"],
        ["check", "-", "--baseline", "no/such/baseline.json"],
        ["check", "-", "--max-noise", "much"],
        ["check", "-", "--update-baseline"],
        ["check", "-", "--fix"],
        ["check", "-", "--against", "no/such/index"],
    ],
)
def test_a_fault_is_told_in_few_words_and_ends_with_2(arguments: list[str]) -> None:
    done = call(*arguments, stdin="两地昨日签约,双方将共享资源。\n")
    assert done.code == 2
    assert done.err
    assert not done.stdout


def test_a_closed_pipe_is_quiet() -> None:
    feed = 'import itertools; [print(\'{"text": "两地昨日签约。"}\') for _ in range(100000)]'
    clean = subprocess.Popen(
        [sys.executable, "-m", "cleaner", "clean", "--jsonl"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert clean.stdin is not None
    assert clean.stdout is not None
    assert clean.stderr is not None
    feeder = subprocess.Popen([sys.executable, "-c", feed], stdout=clean.stdin)
    clean.stdin.close()
    assert clean.stdout.readline() == '{"text": "两地昨日签约。"}\n'.encode()
    clean.stdout.close()
    assert clean.stderr.read() == b""
    assert clean.wait() == 0
    feeder.wait()


def shell(line: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    """A line of shell in which ``$cleaner`` is the program."""
    env = {**os.environ, "cleaner": f"{sys.executable} -m cleaner", **more}
    return subprocess.run(["sh", "-c", line], capture_output=True, env=env, check=False)


def test_a_full_disk_is_a_fault_in_one_line() -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full here")
    done = shell("printf '两地昨日签约。' | $cleaner clean > /dev/full")
    assert done.returncode == 2
    assert done.stderr.decode().splitlines() == ["cleaner: output: No space left on device"]


def test_closed_streams_are_empty_ones() -> None:
    done = shell("$cleaner clean <&-")
    assert done.returncode == 2
    assert "stdin: is empty" in done.stderr.decode()
    assert shell("printf '两地昨日签约。' | $cleaner clean >&-").returncode == 0


def test_output_is_utf_8_whatever_the_locale() -> None:
    done = shell(
        "printf '两地昨日签约。' | $cleaner check --stdin-name 名.txt - --format json",
        PYTHONIOENCODING="latin-1",
        LC_ALL="C",
        PYTHONUTF8="0",
    )
    assert b"Traceback" not in done.stderr
    assert json.loads(done.stdout)["pages"] == 1


def test_a_verdict_stands_though_nobody_reads_it() -> None:
    done = shell(
        "{ printf '微信\\n新浪微博\\nQQ空间\\n'; } | { $cleaner check -; echo $? >&2; } | :"
    )
    assert done.stderr.decode().splitlines()[-1] == "1"


def test_a_command_that_there_is_not_is_none() -> None:
    assert cleaner.get_command(click.Context(cleaner), "nothing") is None
