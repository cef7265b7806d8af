"""The HTTP API, one file a resource. Views are short: read the request, make one call, shape the answer."""

PREFIX = "/api/v1"
