"""YAML with line numbers: a file's values together with where each of them stands.

PyYAML resolves `1.30` to the number 1.3 and lets a later key silently win over an earlier one of
the same name. Both have cost people clusters, so the literal text of every scalar is kept and a
doubled key is refused.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import yaml

from spec.problems import PathKey, Position, Problem, StackFileError, quoted, shown_path

NodePath = tuple[PathKey, ...]

# libyaml's parser is several times faster; PyYAML's wheels carry it, its source builds may not.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Far beyond any stack file; aliases of aliases can grow without end.
_MAXIMUM_VALUES = 100_000
_MAXIMUM_DEPTH = 50


@dataclasses.dataclass(frozen=True, kw_only=True)
class YamlFile:
    """One parsed YAML file.

    Attributes:
        name: The file's name as the user wrote it.
        value: Its content as plain Python values; None for an empty file.
        keys: Where the key of each mapping entry stands.
        values: Where each value stands.
        literals: Each scalar as it is written, without quotes.
        lines: The file's lines.
    """

    name: str
    value: Any
    keys: Mapping[NodePath, Position]
    values: Mapping[NodePath, Position]
    literals: Mapping[NodePath, str]
    lines: tuple[str, ...]

    def problem(
        self, path: NodePath, message: str, *, shown_path: str = "", at_key: bool = False
    ) -> Problem:
        """A problem at a path; at the nearest enclosing value where the path is not in the file.

        It is shown at the value, or at its key where the value begins on a line of its own.
        """
        key, position = self.keys.get(path), self.values.get(path)
        if key and position and (at_key or position.line != key.line):
            position = key
        while position is None and path:
            path = path[:-1]
            position = self.keys.get(path) or self.values.get(path)
        source = self.lines[position.line - 1] if position and self.lines else None
        return Problem(
            message=message, path=shown_path, file=self.name, position=position, source=source
        )


def read_yaml(path: Path) -> YamlFile:
    """Reads one YAML file.

    Raises:
        StackFileError: The file is not there, cannot be read, is not UTF-8 or not YAML, or says
            the same key twice.
    """
    name = str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise StackFileError([_missing(path)]) from None
    except IsADirectoryError:
        raise StackFileError([Problem(message="is a folder, not a file", file=name)]) from None
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 text: byte {error.start + 1} cannot be read"
        raise StackFileError([Problem(message=message, file=name)]) from None
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise StackFileError([Problem(message=message, file=name)]) from None
    return parse_yaml(name, text)


def parse_yaml(name: str, text: str) -> YamlFile:
    """Parses the text of a YAML file.

    Args:
        name: The file's name, for messages.
        text: What it holds.

    Raises:
        StackFileError: It is not YAML, or says the same key twice.
    """
    lines = tuple(text.splitlines())
    if problem := _unreadable(name, text, lines):
        raise StackFileError([problem])
    loader = _Loader(text)
    try:
        _check_depth(text)
        node = loader.get_single_node()
        content = _Content(loader)
        value = content.read(node, ()) if node else None
    except yaml.MarkedYAMLError as error:
        raise StackFileError([_syntax_problem(name, lines, error)]) from None
    except RecursionError:  # a merge of a mapping with itself
        message = "is not YAML: a mapping is merged with itself"
        raise StackFileError([Problem(message=message, file=name)]) from None
    finally:
        loader.dispose()
    file = YamlFile(
        name=name,
        value=value,
        keys=content.keys,
        values=content.values,
        literals=content.literals,
        lines=lines,
    )
    if content.doubled:
        raise StackFileError(
            file.problem(
                path,
                f"the key {quoted(str(path[-1]))} is here twice; keep one",
                shown_path=shown_path(path[1:] if path[0] == "config" and path[1:] else path),
                at_key=True,
            )
            for path in content.doubled
        )
    return file


def _unreadable(name: str, text: str, lines: tuple[str, ...]) -> Problem | None:
    """The first character that YAML does not allow, which its parser tells without a line."""
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if found is None:
        return None
    before = text[: found.start()].splitlines(keepends=True)
    fresh = not before or before[-1] != before[-1].rstrip("\r\n")
    line, column = len(before) + fresh, 1 if fresh else len(before[-1]) + 1
    return Problem(
        message=f"is not YAML: the character {quoted(found.group())} is not allowed in it",
        file=name,
        position=Position(line=line, column=column, end_column=column + 1),
        source=lines[line - 1] if line <= len(lines) else None,
    )


def _check_depth(text: str) -> None:
    """Refuses what is nested so deeply that the parser itself would crash.

    Raises:
        yaml.MarkedYAMLError: It is.
    """
    depth = 0
    events: Iterator[Any] = cast("Any", yaml).parse(text, Loader=_Loader)
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MAXIMUM_DEPTH:
            problem = "lists and mappings are nested too deeply"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)


class _Content:
    """Turns PyYAML's node tree into values and remembers where each of them stood."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader
        self.keys: dict[NodePath, Position] = {}
        self.values: dict[NodePath, Position] = {}
        self.literals: dict[NodePath, str] = {}
        self.doubled: list[NodePath] = []
        self._open: set[int] = set()
        self._flat: set[int] = set()

    def read(self, node: yaml.Node, path: NodePath) -> Any:
        self.values[path] = _position(node)
        if id(node) in self._open or len(self.values) > _MAXIMUM_VALUES:
            problem = "an alias repeats its own content without end"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)
        self._open.add(id(node))
        try:
            return self._value(node, path)
        finally:
            self._open.remove(id(node))

    def _value(self, node: yaml.Node, path: NodePath) -> Any:
        if isinstance(node, yaml.MappingNode):
            return dict(self._entries(node, path))
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*path, index)) for index, item in enumerate(node.value)]
        self.literals[path] = node.value
        try:
            return self._loader.construct_object(node)
        except yaml.YAMLError:
            raise
        except Exception:  # of many kinds: the date 2026-13-45, `!!bool maybe`
            kind = node.tag.rpartition(":")[2]
            problem = f"{quoted(node.value)} is not a value of the type {kind}; put it in quotes"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark) from None

    def _entries(self, node: yaml.MappingNode, path: NodePath) -> Iterator[tuple[str, Any]]:
        if id(node) not in self._flat:  # an alias comes here again
            self._flat.add(id(node))
            self._find_doubled(node, path)
            self._loader.flatten_mapping(node)  # resolves `<<: *anchor`, whose keys come first
        for key_node, value_node in node.value:
            key_path = (*path, _key(key_node))
            self.keys[key_path] = _position(key_node)
            yield key_path[-1], self.read(value_node, key_path)

    def _find_doubled(self, node: yaml.MappingNode, path: NodePath) -> None:
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = _key(key_node)
            if key in seen:
                self.doubled.append((*path, key))
                self.keys[*path, key] = _position(key_node)
            seen.add(key)


def _key(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise yaml.MarkedYAMLError(problem="a key must be a word", problem_mark=node.start_mark)
    return node.value


def _position(node: yaml.Node) -> Position:
    start, end = node.start_mark, node.end_mark
    one_line = end.line == start.line
    return Position(
        line=start.line + 1,
        column=start.column + 1,
        end_column=(end.column if one_line else start.column + 1) + 1,
    )


def _syntax_problem(name: str, lines: tuple[str, ...], error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    position = None
    source = None
    if mark:
        line = min(mark.line, max(len(lines) - 1, 0))
        position = Position(line=line + 1, column=mark.column + 1, end_column=mark.column + 2)
        source = lines[line] if lines else None
    reason = " ".join(str(part) for part in (error.context, error.problem) if part)
    message = f"is not YAML: {reason}"
    if source is not None and "\t" in source[: (mark.column if mark else 0) + 1]:
        message = "is not YAML: a tab is used for indentation; use spaces"
    return Problem(message=message, file=name, position=position, source=source)


def _missing(path: Path) -> Problem:
    if not path.name.startswith("Pulumi."):
        return Problem(message="does not exist", file=str(path))
    folder = path.parent
    there = sorted(found.name for found in folder.glob("Pulumi.*.yaml")) if folder.is_dir() else []
    hint = f"stack files here: {', '.join(there)}" if there else "there is no stack file here"
    return Problem(message=f"does not exist; {hint}", file=str(path))
