"""Makes schema/stack.schema.json: what a stack file may say, for editors and validators.

python -m tools.stack_schema           writes the file
python -m tools.stack_schema --check   compares it only

It is JSON Schema 2020-12. The first line of a stack file names it:

    # yaml-language-server: $schema=./schema/stack.schema.json

It refuses nothing that the program takes. What one field alone can say wrong it knows; what fields
say together is checked by `python -m ops check` and by the program.
"""

import ast
import inspect
import itertools
import json
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from spec.model import ClusterSpec
from spec.stack_file import AwsSettings
from tools import made_file

SCHEMA = Path(__file__).parents[1] / "schema" / "stack.schema.json"

_REF = "#/$defs/{model}"

_OF_PULUMI = {
    "encryptionsalt": {
        "type": ["string", "null"],
        "description": "The salt of the passphrase that encrypts secrets; Pulumi writes it.",
    },
    "encryptedkey": {
        "type": ["string", "null"],
        "description": "The encrypted key of secrets; Pulumi writes it.",
    },
    "secretsprovider": {
        "type": ["string", "null"],
        "description": "What encrypts secrets, e.g. `awskms://alias/pulumi`; Pulumi writes it.",
    },
    "environment": {
        "description": "Environments of Pulumi ESC whose values the stack takes.",
    },
}
"""https://www.pulumi.com/docs/iac/concepts/projects/stack-settings-file/"""


class _Generator(GenerateJsonSchema):
    """What pydantic makes of a model, without what editors show and nobody needs."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Never: titles would be the names again."""
        return False

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """A model, each field with its docstring.

        pydantic can do it too, when a model is defined: for a tenth of a second at each start of
        the program, which needs none of it.
        """
        made = super().model_schema(schema)
        model = schema["cls"]
        for name, text in docstrings(model).items():
            made["properties"][model.model_fields[name].alias or name]["description"] = text
        return made

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """A mapping, whose keys that do not match their pattern are refused."""
        made = super().dict_schema(schema)
        for pattern, value in made.pop("patternProperties", {}).items():
            made["additionalProperties"] = value
            made.setdefault("propertyNames", {})["pattern"] = pattern
        return made


def schema() -> dict[str, Any]:
    """The whole schema."""
    cluster, definitions = _object(ClusterSpec)
    aws, _ = _object(AwsSettings)
    region = cluster["properties"].pop("region")
    keys = {"aws:region": region}
    keys |= {f"aws:{name}": value for name, value in aws["properties"].items()}
    keys |= {f"cluster:{name}": value for name, value in cluster["properties"].items()}
    required = {f"cluster:{name}" for name in cluster["required"]} - {
        "cluster:region",
        "cluster:name",  # by default the stack's
    }
    config = {
        "description": "What is made, and where.",
        "type": "object",
        "properties": keys,
        "patternProperties": {"^pulumi:": {"description": "A setting of Pulumi's engine."}},
        "additionalProperties": False,
        "required": ["aws:region", *sorted(required)],
        "anyOf": [
            {"required": [f"cluster:{name}"]}
            for name in ("nodeGroups", "selfManagedNodeGroups", "autoMode")
        ],
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": "Made by `python -m tools.stack_schema` from spec/model; do not edit.",
        "title": "A stack file of eks-cluster",
        "description": "Pulumi.<stack>.yaml: an Amazon EKS cluster. docs/stack-file.md describes "
        "every field.",
        "type": "object",
        "properties": {"config": config, **_OF_PULUMI},
        "required": ["config"],
        "additionalProperties": False,
        "$defs": definitions,
    }


def docstrings(model: type[BaseModel]) -> dict[str, str]:
    """What stands below the fields of a model and of those that it extends, by their names."""
    found: dict[str, str] = {}
    for owner in reversed(model.mro()):
        if not issubclass(owner, BaseModel) or owner is BaseModel:
            continue
        defined = ast.parse(textwrap.dedent(inspect.getsource(owner))).body[0]
        if not isinstance(defined, ast.ClassDef):
            continue
        for field, below in itertools.pairwise(defined.body):
            match field, below:
                case (
                    ast.AnnAssign(target=ast.Name(id=name)),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ) if name in model.model_fields:
                    found[name] = inspect.cleandoc(text)
                case _:
                    pass
    return found


def _object(model: type[BaseModel]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A model's schema, and those of the models that it is made of."""
    made = model.model_json_schema(
        by_alias=True, ref_template=_REF, schema_generator=_Generator, mode="validation"
    )
    definitions = made.pop("$defs", {})
    return _tidy(made), {name: _tidy(definitions[name]) for name in sorted(definitions)}


def _tidy(node: dict[str, Any]) -> dict[str, Any]:
    """A schema as people read it."""
    made = {key: value for key, value in node.items() if key != "title"}
    if isinstance(made.get("default", ...), dict | None) and made.get("default") != {}:
        made.pop("default")  # of a model: its fields have their own; none: the description says
    if "description" in made:
        made["description"] = prose(made["description"])
    if made.get("type") == "array":  # pydantic counts a checked list's entries as letters
        for wrong, right in (("minLength", "minItems"), ("maxLength", "maxItems")):
            if wrong in made:
                made[right] = made.pop(wrong)
    for key in ("properties",):
        if key in made:
            made[key] = {name: _tidy(it) for name, it in made[key].items()}
    for key in ("items", "additionalProperties", "propertyNames"):
        if isinstance(made.get(key), dict):
            made[key] = _tidy(made[key])
    if "anyOf" in made:
        made["anyOf"] = [_tidy(it) for it in made["anyOf"]]
        made = _without_null(made)
    return made


def _without_null(node: dict[str, Any]) -> dict[str, Any]:
    """A key without a value is refused: what may be missing is not written."""
    others = [it for it in node["anyOf"] if it != {"type": "null"}]
    node = {key: value for key, value in node.items() if key != "anyOf"}
    if node.get("default", 0) is None:
        del node["default"]
    return {**others[0], **node} if len(others) == 1 else {"anyOf": others, **node}


def prose(text: str) -> str:
    """A docstring without its line breaks; paragraphs stay."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def text() -> str:
    """The file's text."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def paths(made: dict[str, Any]) -> Iterator[str]:
    """Every field of a schema as a dotted path, `cluster:nodeGroups.<name>.nodes.min`.

    Args:
        made: What `schema` returns.
    """
    for key, node in made["properties"]["config"]["properties"].items():
        yield from _paths(made, node, key)


def _paths(made: dict[str, Any], node: dict[str, Any], path: str) -> Iterator[str]:
    yield path
    for below in _alternatives(made, node):
        if below.get("type") == "array":
            for item in _alternatives(made, below.get("items", {})):
                for name, value in item.get("properties", {}).items():
                    yield from _paths(made, value, f"{path}[].{name}")
        if isinstance(below.get("additionalProperties"), dict):
            for item in _alternatives(made, below["additionalProperties"]):
                for name, value in item.get("properties", {}).items():
                    yield from _paths(made, value, f"{path}.<name>.{name}")
        for name, value in below.get("properties", {}).items():
            yield from _paths(made, value, f"{path}.{name}")


def _alternatives(made: dict[str, Any], node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "$ref" in node:
        node = made["$defs"][node["$ref"].rpartition("/")[2]]
    if "anyOf" in node:
        for it in node["anyOf"]:
            yield from _alternatives(made, it)
    else:
        yield node


if __name__ == "__main__":
    sys.exit(made_file.main(SCHEMA, text(), "tools.stack_schema"))
