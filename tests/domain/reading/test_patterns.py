"""What holds for every pattern of the readers."""

from __future__ import annotations

import ast
from pathlib import Path

import domain.reading

READERS = Path(domain.reading.__file__).parent


def test_no_count_of_a_pattern_was_taken_for_a_hole_of_its_f_string() -> None:
    """rf"[^，]{0,3}头" is no error: it says "(0, 3)" where three characters were meant."""
    wrong = [
        f"{file.name}:{node.lineno}"
        for file in READERS.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.Tuple | ast.Constant)
    ]
    assert wrong == []
