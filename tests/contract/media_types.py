"""For the tool that makes up requests: how it sends bodies of the media types that it does not know."""

import schemathesis

# Whatever bytes it thinks of, as for any other file.
schemathesis.serializer.alias(
    ["application/x-ndjson", "application/ndjson", "application/jsonl", "application/pdf"], "application/octet-stream"
)
