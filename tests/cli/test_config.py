"""The configuration: found above the input, strict about its keys, laid under the options."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click
import pytest
from command_line import call
from small_pages import NOISE, STORY

from cleaner import convert
from cleaner.cli import COMMANDS, LazyGroup, cleaner
from cleaner.cli.command import CONFIGURING
from cleaner.cli.config import find_config, keys_of

PAGE = STORY + NOISE
TRADITIONAL = convert(STORY, "traditional")


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page two folders below the top of a project."""
    path = tmp_path / "pages" / "taiwan" / "page.txt"
    path.parent.mkdir(parents=True)
    path.write_text(PAGE)
    return path


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("cleaner.toml", 'to = "traditional"\n'),
        ("cleaner.toml", '[clean]\nto = "traditional"\n'),
        ("pyproject.toml", '[project]\nname = "x"\n[tool.cleaner]\nto = "traditional"\n'),
        ("pages/cleaner.toml", 'to = "traditional"\n'),
    ],
)
def test_a_configuration_above_the_input_holds(
    tmp_path: Path, page: Path, name: str, told: str
) -> None:
    (tmp_path / name).write_text(told)
    assert call("clean", page).out == TRADITIONAL


def test_for_standard_input_the_current_folder_counts_or_the_name_it_goes_by(
    tmp_path: Path, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cleaner.toml").write_text('to = "traditional"\n')
    monkeypatch.chdir(tmp_path)
    assert call("clean", stdin=PAGE).out == TRADITIONAL
    monkeypatch.chdir("/")
    assert call("clean", stdin=PAGE).out != TRADITIONAL
    assert call("clean", "--stdin-name", str(page), stdin=PAGE).out == TRADITIONAL


def test_the_nearest_one_counts_and_a_pyproject_without_a_table_does_not(
    tmp_path: Path, page: Path
) -> None:
    (tmp_path / "cleaner.toml").write_text("")
    (tmp_path / "pages" / "pyproject.toml").write_text("[tool.other]\n")
    assert find_config([str(page)]) == tmp_path / "cleaner.toml"
    (tmp_path / "pages" / "pyproject.toml").write_text("[tool.cleaner]\n")
    assert find_config([str(page)]) == tmp_path / "pages" / "pyproject.toml"
    assert find_config([str(page), str(tmp_path)]) == tmp_path / "cleaner.toml"


def test_the_command_line_goes_before_the_configuration(tmp_path: Path, page: Path) -> None:
    (tmp_path / "cleaner.toml").write_text('to = "traditional"\nmend = false\n')
    assert call("clean", page, "--to", "simplified").out != TRADITIONAL
    assert call("clean", page, "--isolated").out != TRADITIONAL


def test_another_configuration_may_be_named(tmp_path: Path, page: Path) -> None:
    (tmp_path / "cleaner.toml").write_text('to = "simplified"\n')
    other = tmp_path / "other.toml"
    other.write_text('to = "traditional"\n')
    assert call("clean", page, "--config", other).out == TRADITIONAL


@pytest.mark.parametrize("kept", ['["share_widget", "caption"]', '"share_widget,caption"'])
def test_a_list_of_labels_may_be_a_list(tmp_path: Path, page: Path, kept: str) -> None:
    (tmp_path / "cleaner.toml").write_text(f"keep = {kept}\n")
    kept = [line for line in call("clean", page).lines if line]
    assert kept == PAGE.splitlines()


def test_files_are_named_from_the_folder_of_the_configuration(tmp_path: Path, page: Path) -> None:
    (tmp_path / "cleaner.toml").write_text('[check]\nbaseline = "known.json"\n')
    assert call("check", page, "--update-baseline").code == 0
    assert (tmp_path / "known.json").is_file()


def test_overrides_hold_for_some_files_and_the_last_one_wins(tmp_path: Path, page: Path) -> None:
    other = tmp_path / "pages" / "other.txt"
    other.write_text(PAGE)
    (tmp_path / "cleaner.toml").write_text(
        'to = "simplified"\n'
        '[[overrides]]\nfiles = ["pages/*"]\nto = "simplified"\n'
        '[[overrides]]\nfiles = ["*/taiwan/*"]\nto = "traditional"\n'
    )
    simplified = STORY
    assert call("clean", other, page).out == f"{simplified}\n{TRADITIONAL}"
    assert call("clean", page, "--to", "simplified").out == simplified


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("kepe = 1\n", "no key 'kepe'; did you mean 'keep'?"),
        ("[clean]\nrejcts = 'x'\n", "no key 'rejcts' for `clean`; did you mean 'rejects'?"),
        ("[check]\nrejects = 'x'\n", "no key 'rejects' for `check`"),
        ("[[overrides]]\nfiles = ['*']\nprofil = 'body'\n", "did you mean 'profile'?"),
        ("[[overrides]]\nfiles = ['*']\njobs = 2\n", "'jobs' cannot be set for some files only"),
        ("[[overrides]]\nkeep = 'caption'\n", "needs a list `files`"),
        ("mend = 'no'\n", "say true or false"),
        ("profile = 'bodi'\n", "bodi"),
        ("keep = 'captoin'\n", "did you mean 'caption'?"),
        ("field = true\n", "not a value of --field"),
        ("what is this\n", "not TOML"),
    ],
)
def test_what_no_flag_stands_behind_is_a_fault(
    tmp_path: Path, page: Path, told: str, said: str
) -> None:
    (tmp_path / "cleaner.toml").write_text(told)
    done = call("clean", page)
    assert done.code == 2
    assert said in done.err
    assert done.out == ""


def test_a_broken_configuration_does_not_take_the_help_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cleaner.toml").write_text("what is this\n")
    monkeypatch.chdir(tmp_path)
    assert call("clean", "--help").code == 0
    assert call("--help").code == 0


def test_every_setting_is_shown_with_where_it_comes_from(
    tmp_path: Path, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cleaner.toml").write_text(
        'to = "traditional"\n[[overrides]]\nfiles = ["a/*"]\nkeep = "tags"\n'
    )
    monkeypatch.chdir(tmp_path)
    done = call("clean", page, "--show-config", "--mend", "--id", "key")
    assert done.code == 0
    assert 'to = "traditional"  # cleaner.toml' in done.lines
    assert 'id = "key"  # command line' in done.lines
    assert 'errors = "replace"  # default' in done.lines
    assert '# rejects = ""  # default' in done.lines
    assert 'files = ["a/*"]' in done.lines
    assert "clean" not in os.listdir(tmp_path)


def test_it_can_be_shown_without_what_the_command_needs(tmp_path: Path) -> None:
    done = call("check", "--show-config")
    assert done.code == 0
    assert 'fail-on = "all"  # default' in done.lines


def commands(group: click.Group, names: list[str]) -> list[click.Command]:
    """The commands of a group, and those of its groups."""
    context = click.Context(group)
    found: list[click.Command] = []
    for name in names:
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            found += commands(command, command.list_commands(context))
        elif command is not None:
            found.append(command)
    return found


@pytest.mark.parametrize("name", ["check", "clean", "restore", "run"])
def test_every_flag_is_a_key_and_every_key_a_flag(name: str) -> None:
    assert isinstance(cleaner, LazyGroup)
    (command,) = commands(cleaner, [name])
    options = {option for option in command.params if isinstance(option, click.Option)}
    assert set(keys_of(command).values()) == options
    assert not options & set(CONFIGURING)
    for key, option in keys_of(command).items():
        assert f"--{key}" in option.opts


def test_commands_of_the_help_are_the_keys_of_tables() -> None:
    names = [name for group in COMMANDS.values() for name in group]
    assert sorted(names) == sorted(set(names))


def test_overrides_hold_in_a_run_and_are_told_in_run_json(tmp_path: Path, page: Path) -> None:
    (tmp_path / "pages" / "other.txt").write_text(PAGE)
    (tmp_path / "cleaner.toml").write_text(
        '[[overrides]]\nfiles = ["pages/taiwan/*"]\nto = "traditional"\n'
    )
    out = tmp_path / "out"
    assert call("run", "-q", tmp_path / "pages", "-o", out).code == 0
    assert (out / "cleaned" / "taiwan" / "page.txt").read_text() == TRADITIONAL
    assert (out / "cleaned" / "other.txt").read_text() == STORY
    options = json.loads((out / "run.json").read_text())["options"]
    assert options["otherwise"] == {"taiwan/page.txt": {"to": "traditional"}}
    assert options["to"] is None
    assert call("restore", out, tmp_path / "back").code == 0
    assert (tmp_path / "back" / "taiwan" / "page.txt").read_text() == PAGE


def test_a_file_that_is_no_text_is_named(tmp_path: Path, page: Path) -> None:
    (tmp_path / "cleaner.toml").write_bytes(b'to = "\xff"\n')
    done = call("clean", page)
    assert done.code == 2
    assert done.err.startswith(f"cleaner: {tmp_path / 'cleaner.toml'}: cannot be read (")


def test_commands_of_a_group_have_tables_of_their_own(tmp_path: Path, page: Path) -> None:
    assert call("index", "create", tmp_path / "seen").code == 0
    (tmp_path / "pages.jsonl").write_text(json.dumps({"body": STORY}) + "\n")
    config = tmp_path / "cleaner.toml"
    config.write_text('[index.add]\nfield = "body"\n')
    done = call("index", "add", tmp_path / "seen", tmp_path / "pages.jsonl")
    assert done.err.startswith("added 1 story and"), done.err
    config.write_text('[index.add]\nfeild = "body"\n')
    done = call("index", "add", tmp_path / "seen", tmp_path / "pages.jsonl")
    assert (done.code, done.err) == (
        2,
        f"cleaner: {config}: no key 'feild' for `index.add`; did you mean 'field'?\n",
    )


def test_files_outside_of_its_folder_have_no_overrides(tmp_path: Path, page: Path) -> None:
    (tmp_path / "mine").mkdir()
    config = tmp_path / "mine" / "cleaner.toml"
    config.write_text('[[overrides]]\nfiles = ["*"]\nto = "traditional"\n')
    assert call("clean", page, "--config", config).out == STORY


def test_a_wrong_value_is_told_where_it_stands(tmp_path: Path, page: Path) -> None:
    (tmp_path / "cleaner.toml").write_text("near = 0.5\n")
    done = call("dedup", page, "--near", "much")
    assert done.code == 2
    assert "Invalid value for '--near'" in done.err
    assert "cleaner.toml" not in done.err
    (tmp_path / "cleaner.toml").write_text('near = "much"\n')
    done = call("dedup", page)
    assert done.code == 2
    assert done.err.startswith(f"cleaner: {tmp_path / 'cleaner.toml'}: ")
