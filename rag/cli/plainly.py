"""A plain command line, read without Typer's machinery, which takes longer to start than a question takes to answer.

Commands say with Typer what they take; this reads the same declarations. Whatever is not plain (help, a mistake, a list, a
choice, a number out of range) is Typer's to read and to explain.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import typer
from typer.models import ArgumentInfo, OptionInfo

_READ: dict[object, Callable[[str], Any]] = {str: str, str | None: str, int: int, int | None: int, Path: Path}
_STEERING = ("callback", "envvar", "click_type", "parser", "default_factory", "is_flag", "count", "is_eager")


def plain_call(app: typer.Typer, arguments: Sequence[str]) -> Callable[[], None] | None:
    """The call that `arguments` plainly ask of a command of `app`; None where Typer has to read them."""
    commands = {info.name or getattr(info.callback, "__name__", ""): info.callback for info in app.registered_commands}
    command = commands.get(arguments[0]) if arguments and app.registered_callback is None else None
    values = _values(command, arguments[1:]) if command else None
    return None if command is None or values is None else lambda: command(**values)


def _values(command: Callable[..., Any], arguments: Sequence[str]) -> dict[str, Any] | None:
    hints = get_type_hints(command, include_extras=True)
    values: dict[str, Any] = {}
    positional: list[str] = []
    options: dict[str, tuple[str, object, OptionInfo]] = {}
    for name, parameter in inspect.signature(command).parameters.items():
        kind, info = get_args(hints[name])[:2] if get_origin(hints[name]) is Annotated else (hints[name], OptionInfo())
        if any(getattr(info, steering, None) for steering in _STEERING):
            return None
        if isinstance(info, ArgumentInfo):
            positional.append(name)
        elif isinstance(info, OptionInfo):
            # Typer's first argument is the default where there is no Annotated, and the first flag where there is.
            flags = [flag for flag in (info.default, *(info.param_decls or ())) if isinstance(flag, str)]
            flags = flags or ([] if kind is bool else [f"--{name.replace('_', '-')}"])
            options |= dict.fromkeys(flags, (name, kind, info))
        values[name] = parameter.default
    rest = iter(arguments)
    for argument in rest:
        if not argument.startswith("-") or argument == "-":
            name = positional.pop(0) if positional else ""
            kind = get_args(hints[name])[0] if name else None
            if kind not in _READ:
                return None
            values[name] = _READ[kind](argument)
            continue
        flag, given, text = argument.partition("=")
        name, kind, info = options.get(flag, ("", None, OptionInfo()))
        if kind is bool and not given:
            values[name] = True
            continue
        text = text if given else next(rest, "-")
        value = None if kind not in _READ or text.startswith("-") else _read(kind, text, info)
        if value is None or given and not flag.startswith("--"):
            return None
        values[name] = value
    return None if inspect.Parameter.empty in values.values() else values


def _read(kind: object, text: str, info: OptionInfo) -> Any:
    """The value that the text of an option stands for; None where it stands for none."""
    if kind not in (int, int | None):
        return _READ[kind](text)
    number = int(text) if text.isascii() and text.isdigit() else None
    low, high = info.min, info.max
    return None if number is None or low is not None and number < low or high is not None and number > high else number


__all__ = ["plain_call"]
