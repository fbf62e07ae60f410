"""A command whose options a configuration file may set: what every command of ours is made of."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from cleaner.cli.config import (
    Config,
    check_keys,
    find_config,
    keys_of,
    read_config,
    value_for,
)
from cleaner.model import CleanerError

CONFIG = "cleaner.config"
"""Where the configuration is kept with the click context."""

CONFIGURING = (
    click.Option(
        ["--config", "config_file"],
        type=click.Path(exists=True, dir_okay=False),
        metavar="FILE",
        expose_value=False,
        help="Read this configuration, not the one found above the input.",
    ),
    click.Option(
        ["--isolated"], is_flag=True, expose_value=False, help="Read no configuration file."
    ),
    click.Option(
        ["--show-config"],
        is_flag=True,
        expose_value=False,
        help="Show every setting and where it comes from, and do nothing.",
    ),
)
"""Options of every command about its configuration; they alone are no keys of it."""


class Command(click.Command):
    """A command that takes defaults from `cleaner.toml` or `[tool.cleaner]`."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The command's parameters, those about configuration, and --help."""
        *own, last = super().get_params(ctx)
        return [*own, *CONFIGURING, last]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Reads the configuration above the inputs that ``args`` name, then ``args`` over it."""
        given = self.make_parser(ctx).parse_args(args=list(args))[0]
        helping = self.get_help_option(ctx)
        if helping is not None and given.get(str(helping.name)) is True:
            return super().parse_args(ctx, args)
        config = self._config(ctx, given)
        ctx.meta[CONFIG] = config
        if config is not None:
            ctx.default_map = self._defaults(ctx, config)
        if given.get("show_config"):
            ctx.resilient_parsing = True  # nothing needs to be there that is not needed to show
        try:
            rest = super().parse_args(ctx, args)
        except click.BadParameter as error:
            name = error.param.name if error.param is not None else None
            if config is None or name not in (ctx.default_map or {}):
                raise
            if ctx.get_parameter_source(str(name)) is ParameterSource.COMMANDLINE:
                raise
            raise CleanerError(f"{config.path}: {error.format_message()}") from None
        if given.get("show_config"):
            self._show(ctx, config)
            ctx.exit()
        return rest

    def _config(self, ctx: click.Context, given: dict[str, Any]) -> Config | None:
        """The configuration that holds, its keys checked."""
        if given.get("isolated") is True:
            return None
        named = given.get("config_file")
        path = Path(named) if isinstance(named, str) else find_config(self._inputs(given))
        group = ctx.find_root().command
        if path is None or not isinstance(group, click.Group):
            return None
        config = read_config(path, group.list_commands(ctx))
        check_keys(config, group, ctx)
        return config

    def _inputs(self, given: dict[str, Any]) -> list[str]:
        """What the arguments name; the name that standard input goes by counts, too."""
        names: list[str] = []
        for param in self.params:
            if isinstance(param, click.Argument) or param.name == "stdin_name":
                value = given.get(str(param.name))
                listed = value if isinstance(value, list | tuple) else [value]
                names += [one for one in listed if isinstance(one, str)]
        return names

    def _defaults(self, ctx: click.Context, config: Config) -> dict[str, Any]:
        """The values that the configuration gives to this command's parameters."""
        told: dict[str, object] = dict(config.values)
        table: Any = config.commands
        for word in ctx.command_path.split()[1:]:
            table = table.get(word, {})
        told.update({key: value for key, value in table.items() if not isinstance(value, dict)})
        keys = keys_of(self)
        return {
            str(keys[key].name): value_for(keys[key], key, value, config.path)
            for key, value in told.items()
            if key in keys
        }

    def _show(self, ctx: click.Context, config: Config | None) -> None:
        """Prints every setting as TOML, with where it comes from."""
        name = os.path.relpath(config.path) if config is not None else "no configuration file"
        click.echo(f"# {name}")
        origins = {
            ParameterSource.COMMANDLINE: "command line",
            ParameterSource.DEFAULT_MAP: name,
        }
        for key, option in keys_of(self).items():
            value = ctx.params.get(str(option.name), ctx.meta.get(f"cleaner.{option.name}"))
            source = ctx.get_parameter_source(str(option.name))
            origin = origins.get(source, "default") if source is not None else "default"
            unset = value is None or value == "" or value == ()
            click.echo(f"{'# ' if unset else ''}{key} = {_toml(value)}  # {origin}")
        for override in config.overrides if config is not None else ():
            click.echo(f"\n[[overrides]]\nfiles = {json.dumps(override.files)}")
            for key, value in override.values.items():
                click.echo(f"{key} = {_toml(value)}")


def _toml(value: object) -> str:
    if value is None:
        return '""'
    return json.dumps(value, ensure_ascii=False, default=str)


def differs_by_path() -> bool:
    """Whether the configuration has settings for some files only."""
    config = click.get_current_context().meta.get(CONFIG)
    return config is not None and bool(config.overrides)


def setting(name: str, path: Path | None = None) -> Any:
    """The value of a kept option for the command at hand, for the file ``path`` if one is named.

    What stands on the command line wins, then overrides, then the rest of the configuration.
    """
    context = click.get_current_context()
    value = context.meta[f"cleaner.{name}"]
    config = context.meta.get(CONFIG)
    if path is None or config is None or not config.overrides:
        return value
    if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
        return value
    told = config.for_path(path)
    for key, option in keys_of(context.command).items():
        if option.name == name and key in told:
            given = value_for(option, key, told[key], config.path)
            return option.type_cast_value(context, given)
    return value
