"""The API, described from its own OpenAPI document: one page for each resource. Open to everybody."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, render_template

from contracts.errors import NotFound
from gateway import openapi
from gateway.pages.guards import open_to_all

METHODS = ("get", "post", "put", "delete")
# What every operation may answer stands once, on the first page.
COMMON = ("400", "401", "405", "408", "413", "414", "415", "429", "431", "500", "503")
JSON = "application/json"
Document = dict[str, Any]

blueprint = Blueprint("docs_pages", __name__, url_prefix="/docs")


@blueprint.get("")
@open_to_all
def index() -> str:
    """What there is, and how one begins."""
    document = openapi.document()
    sections = [(tag, [one for one in _operations(document) if tag["name"] in one["tags"]]) for tag in document["tags"]]
    return render_template("docs/index.html", sections=sections, info=document["info"], common=_common(document))


@blueprint.get("/<section>")
@open_to_all
def show(section: str) -> str:
    """The operations of one resource."""
    document = openapi.document()
    tag = next((tag for tag in document["tags"] if tag["name"] == section), None)
    if tag is None:
        raise NotFound("The API has no such section.")
    operations = [_described(document, one) for one in _operations(document) if section in one["tags"]]
    return render_template("docs/section.html", tag=tag, operations=operations)


def _operations(document: Document) -> list[Document]:
    return [
        {"method": method.upper(), "path": path, **item[method], "tags": item[method].get("tags", [])}
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    ]


def _described(document: Document, operation: Document) -> Document:
    """What a reader needs of an operation."""
    parameters = document["paths"][operation["path"]].get("parameters", []) + operation.get("parameters", [])
    body = operation.get("requestBody") or {}
    return {
        "id": operation["operationId"],
        "method": operation["method"],
        "path": operation["path"],
        "summary": operation.get("summary", ""),
        "text": operation.get("description", ""),
        "who": _who(operation),
        "parameters": [_parameter(_resolved(document, one)) for one in parameters],
        "body": ", ".join(body.get("content", {})),
        "body_text": body.get("description", ""),
        "example": _example(body),
        "answers": [
            (status, _resolved(document, answer).get("description", ""))
            for status, answer in sorted(operation["responses"].items())
            if status not in COMMON
        ],
    }


def _who(operation: Document) -> str:
    schemes = operation.get("security", [{}])
    if {} in schemes:
        return "everybody"
    names = {"token": "with a token", "password": "with name and password"}
    return " or ".join(names.get(name, name) for scheme in schemes for name in scheme)


def _parameter(parameter: Document) -> Document:
    schema = parameter.get("schema", {})
    inner = schema.get("items", schema)
    return {
        "name": parameter["name"],
        "where": parameter["in"],
        "required": parameter.get("required", False),
        "text": parameter.get("description", ""),
        "type": f"list of {inner.get('type', 'text')}" if "items" in schema else _type(schema),
        "default": schema.get("default"),
        "values": [value for value in inner.get("enum", []) if value is not None],
    }


def _type(schema: Document) -> str:
    kind = schema.get("format") or schema.get("type", "string")
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def _example(body: Document) -> str:
    example = body.get("content", {}).get(JSON, {}).get("example")
    return json.dumps(example, indent=2, ensure_ascii=False) if example else ""


def _common(document: Document) -> list[tuple[str, str]]:
    responses = document["components"]["responses"]
    return [(status, responses.get(f"Problem{status}", {}).get("description", "")) for status in COMMON]


def _resolved(document: Document, item: Document) -> Document:
    """What a reference leads to."""
    for name in item.get("$ref", "").split("/")[1:]:
        document = document[name]
    return document if "$ref" in item else item
