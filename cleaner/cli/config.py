"""The configuration file: found above the input, checked key by key, laid under the options."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import click

from cleaner.cli.suggest import nearest
from cleaner.model import CleanerError

NAMES = ("cleaner.toml", "pyproject.toml")
"""The files looked for in each folder, the first one first."""

OVERRIDES = "overrides"
"""The key of the tables that hold for some files only."""


class PageOption(click.Option):
    """An option about pages: overrides may set it for some files only."""


@dataclass(frozen=True)
class Override:
    """Keys that hold for the files whose path below the configuration file fits a pattern."""

    files: tuple[str, ...]
    values: Mapping[str, object]


@dataclass(frozen=True)
class Config:
    """What a configuration file says: keys for every command, for one command, for some files."""

    path: Path
    values: Mapping[str, object]
    commands: Mapping[str, Any] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()

    def for_path(self, path: Path) -> dict[str, object]:
        """The keys that overrides set for the file ``path``; a later override wins.

        In a pattern, ``*`` stands for any characters, "/" too.
        """
        try:
            below = Path(os.path.abspath(path)).relative_to(self.path.parent).as_posix()
        except ValueError:
            return {}
        found: dict[str, object] = {}
        for override in self.overrides:
            if any(fnmatchcase(below, pattern) for pattern in override.files):
                found.update(override.values)
        return found


def find_config(inputs: Sequence[str]) -> Path | None:
    """The configuration file that is nearest above all ``inputs`` (none: the current folder).

    A pyproject.toml without a table ``tool.cleaner`` is passed by.
    """
    folders = [_folder_of(given) for given in inputs if given != "-"] or [Path.cwd()]
    start = Path(os.path.commonpath(folders))
    for folder in (start, *start.parents):
        for name in NAMES:
            path = folder / name
            if path.is_file() and (name != "pyproject.toml" or _table(path) is not None):
                return path
    return None


def _folder_of(given: str) -> Path:
    path = Path(os.path.abspath(given))
    return path if path.is_dir() else path.parent


def _table(path: Path) -> dict[str, Any] | None:
    """The table of ours in a TOML file; None where a pyproject.toml has none."""
    import tomllib

    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CleanerError(f"{path}: cannot be read ({error})") from None
    except tomllib.TOMLDecodeError as error:
        raise CleanerError(f"{path}: not TOML: {error}") from None
    if path.name != "pyproject.toml":
        return told
    table = told.get("tool", {}).get("cleaner")
    return table if isinstance(table, dict) else None


def read_config(path: Path, commands: Iterable[str]) -> Config:
    """What the file says; ``commands`` names the tables that hold for one command only.

    Raises CleanerError for a file that cannot be read, and for overrides without ``files``.
    """
    table = dict(_table(path) or {})
    overrides = []
    for told in table.pop(OVERRIDES, []):
        if not isinstance(told, dict) or not isinstance(told.get("files"), list):
            raise CleanerError(f"{path}: each of {OVERRIDES} needs a list `files` of patterns")
        files = tuple(str(pattern) for pattern in told["files"])
        overrides.append(Override(files, {k: v for k, v in told.items() if k != "files"}))
    own = {name: table.pop(name) for name in commands if isinstance(table.get(name), dict)}
    return Config(Path(os.path.abspath(path)), table, own, tuple(overrides))


def keys_of(command: click.Command) -> dict[str, click.Option]:
    """The keys of a command: its flags without their dashes."""
    keys = {}
    for option in command.params:
        if isinstance(option, click.Option):
            longest = max(option.opts, key=len)
            keys[longest.lstrip("-")] = option
    return keys


def check_keys(config: Config, group: click.Group, context: click.Context) -> None:
    """Raises CleanerError, with the nearest name, for a key that no flag stands behind."""
    for name, table in config.commands.items():
        command = group.get_command(context, name)
        assert command is not None
        _check_table(config.path, name, table, command, context)
    if config.values or config.overrides:
        known = dict(_all_keys(group, context))
        for key in config.values:
            _check_key(config.path, key, known)
        some = {key: option for key, option in known.items() if isinstance(option, PageOption)}
        for override in config.overrides:
            for key in override.values:
                if key in known and key not in some:
                    raise CleanerError(f"{config.path}: {key!r} cannot be set for some files only")
                _check_key(config.path, key, some)


def _check_table(
    path: Path, name: str, table: Mapping[str, Any], command: click.Command, context: click.Context
) -> None:
    known: dict[str, object] = dict(keys_of(command))
    for key, value in table.items():
        below = command.get_command(context, key) if isinstance(command, click.Group) else None
        if below is not None and isinstance(value, dict):
            _check_table(path, f"{name}.{key}", value, below, context)
        else:
            _check_key(path, key, known, f" for `{name}`")


def _check_key(path: Path, key: str, known: Mapping[str, object], where: str = "") -> None:
    if key not in known:
        raise CleanerError(f"{path}: no key {key!r}{where}{nearest(key, known)}")


def _all_keys(group: click.Group, context: click.Context) -> Iterator[tuple[str, click.Option]]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from _all_keys(command, context)
        else:
            yield from keys_of(command).items()


def value_for(option: click.Option, key: str, value: object, path: Path) -> object:
    """The value of a key as its option takes it on the command line.

    A list stands for words divided by commas, or for an option given several times; a file is
    named relative to the configuration file ``path``. Raises CleanerError for another kind.
    """
    if option.is_flag:
        if not isinstance(value, bool):
            raise CleanerError(f"{path}: {key} = {json.dumps(value)}: say true or false")
        return value
    if isinstance(value, bool | dict):
        raise CleanerError(f"{path}: {key} = {json.dumps(value)}: not a value of --{key}")
    told = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    if isinstance(option.type, click.Path):
        told = [str(path.parent / one) for one in told]
    return told if option.multiple else ",".join(told)
