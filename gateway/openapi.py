"""flask-smorest as this API uses it: strict parameters, problem documents, scopes, and an OpenAPI that says all of it.

A view is declared with ``blueprint.route``, ``needs`` or ``public``, ``parameters`` or ``body`` for what it takes,
and ``answers`` for what it gives. What every operation may answer (a wrong token, a dead part of the register) is
added here, so that no view can forget it.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn, TypeVar, cast

import flask
from flask_smorest import Api, Blueprint  # type: ignore[import-untyped]
from marshmallow import INCLUDE, RAISE, Schema, ValidationError, fields, validate
from webargs.flaskparser import FlaskParser

from contracts.errors import InvalidInput
from contracts.identity import Scope
from contracts.schemas import flatten
from gateway import bodies, paths, problems
from gateway.authentication import demand
from gateway.calls import identity
from gateway.conditions import ETAG_PATTERN, wanted_version

# A JSON value a line (NDJSON).
LINES = "application/x-ndjson"
View = TypeVar("View", bound=Callable[..., Any])

# Any operation may meet these; some of them the web server answers before there is an operation.
# 405: a number in an address beyond its bounds, where another method has other bounds.
COMMON = (400, 401, 405, 408, 413, 414, 415, 429, 431, 500, 503)
REQUEST_ID = {"X-Request-Id": {"description": "the id of this request in our logs", "schema": {"type": "string"}}}

SPELLED_OTHERWISE = {
    "description": "The number is spelled in another way; it is found there",
    "headers": {"Location": {"required": True, "schema": {"type": "string", "format": "uri-reference"}}},
}


class Answer(Schema):
    """What the register answers; fields are only ever added."""

    class Meta:
        unknown = INCLUDE


class FieldErrorSchema(Answer):
    """One thing that is wrong with a request."""

    field = fields.String(required=True, metadata={"examples": ["applicant.country"]})
    text = fields.String(required=True, metadata={"description": "what is wrong and what would be right"})


class FindingSchema(Answer):
    """What a rule of the scheme says."""

    rule = fields.String(required=True)
    severity = fields.String(required=True, metadata={"description": "an error blocks, a warning is recorded"})
    field = fields.String(required=True, allow_none=True)
    text = fields.String(required=True)
    source = fields.String(allow_none=True, metadata={"description": "where the rule stands"})


class ProblemSchema(Answer):
    """An error (RFC 9457). Further members may be there, such as ``reason`` for what was deleted."""

    type = fields.String(required=True, metadata={"format": "uri-reference", "examples": ["/problems/not-found"]})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True, metadata={"description": "a sentence for a person"})
    instance = fields.String(required=True, metadata={"format": "uri", "description": "the request in our logs"})
    code = fields.String(
        required=True,
        validate=validate.OneOf(problems.CODES),
        metadata={"description": "stable, for programs; of one that is newer than your program, go by its status"},
    )
    errors = fields.List(fields.Nested(FieldErrorSchema), metadata={"description": "each field that is wrong"})
    findings = fields.List(fields.Nested(FindingSchema), metadata={"description": "each rule that forbids it"})


class Parser(FlaskParser):
    """Reads parameters and bodies strictly, and says what is wrong in the register's own errors."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012 - as webargs declares it
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        # A misspelt filter must not quietly widen a search.
        "query": RAISE,
    }

    def load_json(self, req: flask.Request, schema: Schema) -> Any:  # noqa: ARG002 - webargs hands it over
        return bodies.json_object(req)

    def load_querystring(self, req: flask.Request, schema: Schema) -> Any:
        """The parameters. Of one that is given twice, where one is taken, nobody knows which was meant."""
        given = super().load_querystring(req, schema)
        known = {field.data_key or name for name, field in schema.fields.items()} - given.multiple_keys
        twice = [name for name in req.args if name in known and len(req.args.getlist(name)) > 1]
        if twice:
            raise ValidationError(schema.validate(given) | {name: ["Is given twice; send it once."] for name in twice})
        return given

    def handle_error(self, error: ValidationError, *_more: Any, **_named: Any) -> NoReturn:
        # {"query": {"limit": [...]}}: where it stood is plain from the name.
        rows = [row for messages in cast(dict[str, Any], error.messages).values() for row in flatten(messages)]
        raise InvalidInput.fields(rows) from error


class Resource(Blueprint):  # type: ignore[misc]
    """The operations of one resource."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._prepare_doc_cbks.append(_describe_common)

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        """The address of an operation, below the resource's.

        Its id is made of the names of the resource and the view. Clients are generated from it: these names stay.
        """
        add: Callable[[View], View] = super().route(rule, **options)
        return lambda view: add(_noted(view, "operation_id", f"{self.name}_{view.__name__}"))

    def response(self, status_code: int, schema: Any = None, **more: Any) -> Callable[[View], View]:
        """What the operation answers when all is well."""
        decorate: Callable[[View], View] = super().response(status_code, schema, **more)
        return decorate

    def also_answers(self, status_code: int, schema: type[Schema], description: str) -> Callable[[View], View]:
        """What the operation answers as well, when it was asked so."""
        decorate: Callable[[View], View] = self.alt_response(status_code, schema=schema, description=description)
        return decorate

    def public(self, view: View) -> View:
        """Anyone may call it; a token changes what they see, or nothing."""
        described: View = self.doc(security=[{}, {"token": []}])(view)
        return described

    def secured(self, *schemes: str) -> Callable[[View], View]:
        """Which of "password" and "token" may say who asks, where it is not what ``needs`` says."""
        decorate: Callable[[View], View] = self.doc(security=[{scheme: []} for scheme in schemes])
        return decorate

    def needs(self, *scopes: Scope, instead: str = "") -> Callable[[View], View]:
        """Only with a token that holds one of ``scopes``; the service behind decides the rest by the role.

        ``instead``: what somebody is told whose role never does it; without it, who does.
        """

        def decorate(view: View) -> View:
            @functools.wraps(view)
            def checked(*arguments: Any, **named: Any) -> Any:
                demand(identity(), scopes, instead)
                return view(*arguments, **named)

            described = self.doc(security=[{"token": []}])(checked)
            allowed: View = self.problems(403)(described)
            return allowed

        return decorate

    def of_a_number(self, view: View) -> View:
        """An operation on one certificate, whose number may be spelled in many ways but has one address.

        Stands last above the view: who is sent elsewhere has passed all that is checked here.
        """
        return _noted(paths.at_its_address(view), "of_a_number", True)

    def of_a_report(self, view: View) -> View:
        """The same for an operation on one report, or one issue of it."""
        return _noted(paths.at_the_address_of_its_report(view), "of_a_number", True)

    def versioned(self, view: View) -> View:
        """Refused without the version that was read, which the view then asks for by ``wanted_version``."""

        @functools.wraps(view)
        def checked(*arguments: Any, **named: Any) -> Any:
            wanted_version()
            return view(*arguments, **named)

        header = self.header("If-Match", "the ETag that you read", required=True, example='"3"', pattern=ETAG_PATTERN)
        return self.problems(412, 422, 428)(header(cast(View, checked)))

    def conditional(self, view: View) -> View:
        """Answers 304 to whoever has the newest version already."""
        described = self.header("If-None-Match", "an ETag that you have; 304 if it still stands")(view)
        answered: View = self.alt_response(304, description="You have it already")(described)
        return answered

    def file_answer(self, media_type: str, description: str, *others: str) -> Callable[[View], View]:
        """A file of this or one of the ``others``' media types, whole or one range of its bytes."""
        schema = {"type": "string", "format": "binary"}
        content = {"content": {other: {"schema": schema} for other in others}}

        def decorate(view: View) -> View:
            view = self.doc(responses={200: content, 206: content} if others else {})(view)
            view = self.conditional(self.header("Range", "one range of bytes", example="bytes=0-99")(view))
            view = self.alt_response(206, schema=schema, content_type=media_type, description="The range")(view)
            view = self.problems(416)(view)
            found: View = self.response(200, schema, content_type=media_type, description=description)(view)
            return found

        return decorate

    def parameters(self, schema: type[Schema]) -> Callable[[View], View]:
        """The query string, as ``schema`` reads it; an unknown parameter is an error."""
        decorate: Callable[[View], View] = self.arguments(schema(), location="query")
        return decorate

    def body(self, schema: type[Schema], example: Mapping[str, Any]) -> Callable[[View], View]:
        """The JSON body, as ``schema`` reads it."""

        def decorate(view: View) -> View:
            read: View = self.arguments(schema(), location="json", example=dict(example))(view)
            return self.problems(415)(read)

        return decorate

    def forwards(
        self, schema: type[Schema] | Iterable[type[Schema]], example: Mapping[str, Any], *, required: bool = True
    ) -> Callable[[View], View]:
        """A JSON body of this shape, or of one of these shapes, which the view hands on for the service to judge."""
        shape = schema if isinstance(schema, type) else {"oneOf": list(schema)}
        content = {"application/json": {"schema": shape, "example": dict(example)}}

        def decorate(view: View) -> View:
            described: View = self.doc(requestBody={"required": required, "content": content})(view)
            return self.problems(415, 422)(described)

        return decorate

    def file_body(self, description: str, *media_types: str) -> Callable[[View], View]:
        """A body that is one file, of one of these media types, which the view reads by itself."""
        content = {media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in media_types}
        body = {"required": True, "description": description, "content": content}

        def decorate(view: View) -> View:
            return self.problems(415, 422)(cast(View, self.doc(requestBody=body)(view)))

        return decorate

    def line_by_line(self, description: str, *media_types: str) -> Callable[[View], View]:
        """A body of many records in one of these media types, answered by one line of JSON for each."""

        def decorate(view: View) -> View:
            view = self.file_body(description, *media_types)(view)
            lines = {"type": "string", "description": "a JSON object a line"}
            answered: View = self.response(200, lines, content_type=LINES, description="What became of each")(view)
            return answered

        return decorate

    def header(self, name: str, description: str, *, required: bool = False, **schema: Any) -> Callable[[View], View]:
        """Describes a request header, which the view reads by itself."""
        parameter = {
            "in": "header",
            "name": name,
            "description": description,
            "required": required,
            "schema": {"type": "string", **schema},
        }

        def decorate(view: View) -> View:
            return _noted(view, "headers", [*getattr(view, "_apidoc", {}).get("headers", []), parameter])

        return decorate

    def problems(self, *statuses: int) -> Callable[[View], View]:
        """The problems that this operation may answer, beside those of every operation."""

        def decorate(view: View) -> View:
            for status in statuses:
                view = self.alt_response(status, response=_response_name(status))(view)
            return view

        return decorate


def _noted(view: View, name: str, value: Any) -> View:
    """``view`` with a note for the OpenAPI document, beside smorest's own and kept where it keeps those."""
    notes = getattr(view, "_apidoc", {}) | {name: value}
    view._apidoc = notes  # type: ignore[attr-defined]  # noqa: SLF001
    return view


def _response_name(status: int) -> str:
    return f"Problem{status}"


def _problem_response(status: int) -> dict[str, Any]:
    text = {"schema": {"type": "string"}}
    extra = {401: "WWW-Authenticate", 416: "Content-Range", 429: "Retry-After", 503: "Retry-After"}
    titles = [kind.title for kind in problems.TABLE.values() if kind.status == status]
    titles = titles or [problems.REFUSALS[status][1]]
    return {
        "description": " / ".join(titles),
        "headers": REQUEST_ID | ({extra[status]: text} if status in extra else {}),
        "content": {problems.MEDIA_TYPE: {"schema": ProblemSchema}},
    }


def _describe_common(doc: dict[str, Any], doc_info: dict[str, Any], *, method: str, **_more: Any) -> dict[str, Any]:
    """Adds the operation's id, the request headers that views described, and what any operation may answer."""
    doc["operationId"] = doc_info["operation_id"]
    doc.setdefault("parameters", []).extend(doc_info.get("headers", []))
    responses = doc.setdefault("responses", {})
    for status in COMMON:
        responses.setdefault(status, _response_name(status))
    # webargs declares its refusals by itself, by a name of smorest's own.
    if 422 in responses:
        responses[422] = _response_name(422)
    if doc_info.get("of_a_number"):
        responses[301 if method == "get" else 308] = SPELLED_OTHERWISE
    return doc


def document() -> dict[str, Any]:
    """The OpenAPI document of this application in plain values, made once a process."""
    extensions = flask.current_app.extensions
    if "api-document" not in extensions:
        [found] = extensions["flask-smorest"]["apis"].values()
        extensions["api-document"] = json.loads(json.dumps(found["ext_obj"].spec.to_dict()))
    return cast(dict[str, Any], extensions["api-document"])


class RegisterApi(Api):  # type: ignore[misc]
    """The API and its document."""

    # Every answer is declared where it is given; a "default" would hide the ones that are not.
    DEFAULT_ERROR_RESPONSE_NAME = None
    ERROR_SCHEMA = ProblemSchema

    def _register_responses(self) -> None:
        for status in sorted({*problems.REFUSALS, *(kind.status for kind in problems.TABLE.values())}):
            self.spec.components.response(_response_name(status), _problem_response(status))

    def _register_error_handlers(self) -> None:
        """gateway.problems answers errors, in one way for pages of the API and for everything else."""

    def _openapi_json(self) -> flask.Response:
        response: flask.Response = super()._openapi_json()
        response.headers["Cache-Control"] = "no-cache"
        response.add_etag()
        response.make_conditional(flask.request)
        return response
