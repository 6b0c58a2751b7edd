"""A child's file as plain JSON and back: what an import or a merge keeps sealed, so that it can be put back whole."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from domain.children import Child, Guardian, Label


def as_json(child: Child) -> dict[str, Any]:
    """Everything the child says that is not empty; guardians in their order."""
    plain = {each.name: _plain(getattr(child, each.name)) for each in fields(child) if each.name != "guardians"}
    people = [
        {each.name: _plain(getattr(one, each.name)) for each in fields(one) if getattr(one, each.name) is not None}
        for one in child.guardians
    ]
    return {key: value for key, value in plain.items() if value is not None} | {"guardians": people}


def from_json(values: dict[str, Any]) -> Child:
    """The child as it was. A field that no longer exists is left out."""
    known = {key: _read(kind, values[key]) for key, kind in _kinds(Child).items() if key in values}
    people = tuple(
        Guardian(**{key: _read(kind, one[key]) for key, kind in _kinds(Guardian).items() if key in one})
        for one in values.get("guardians", ())
    )
    labels = tuple(Label(one) for one in values.get("labels", ()))
    return Child(**known | {"guardians": people, "labels": labels})


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


@cache
def _kinds(made: type) -> dict[str, Any]:
    """Field → the date or enum type it is read back as, None where plain JSON is the value itself."""
    kinds: dict[str, Any] = {}
    for key, hint in get_type_hints(made).items():
        options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
        kinds[key] = next((one for one in options if isinstance(one, type) and issubclass(one, date | Enum)), None)
    return kinds


def _read(kind: Any, value: Any) -> Any:
    if value is None or kind is None:
        return value
    return date.fromisoformat(value) if issubclass(kind, date) else kind(value)
