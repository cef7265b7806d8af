"""The fields of the index and how their texts are cut into terms; ``documents.SHAPE`` counts every change made here.

A facet to be counted will need its values ``fast``; another issue of a certificate, a field that tells the latest.
"""

from __future__ import annotations

import json

from tantivy import Document, Index, Schema, SchemaBuilder, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from services.search.domain.documents import Entry, Snapshot
from services.search.domain.log import Position
from services.search.domain.questions import FILTERS, LONGEST_OPENING
from services.search.domain.text import WORD_PATTERN

# Deleting goes by this field: a raw text, because deleting by a number deletes nothing, in silence.
KEY = "key"
# The key of the one document that is no certificate, spelled as no number is: it holds the Position,
# so that both are committed as one.
POSITION_KEY = "#position"
CONTENT = "content"

RAW_FIELDS = (KEY, "numbers", "reports", *FILTERS)
WORD_FIELDS = ("title", "names", "texts")
NUMBER_FIELDS = ("number_key", "date_key", "name_key_0", "name_key_1", "name_key_2", "day")


def build_schema() -> Schema:
    builder = SchemaBuilder()
    for name in RAW_FIELDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("openings", tokenizer_name="openings", index_option="basic")
    for name in WORD_FIELDS:
        builder.add_text_field(name, tokenizer_name="words")
    for name in NUMBER_FIELDS:
        builder.add_unsigned_field(name, fast=True)
    builder.add_text_field("name_order", tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_float_field("recency", fast=True)
    builder.add_bytes_field(CONTENT, stored=True)
    return builder.build()


def word_analyzer() -> TextAnalyzer:
    """Cuts a folded text into words; for documents and for questions."""
    return TextAnalyzerBuilder(Tokenizer.regex(WORD_PATTERN)).build()


def register_tokenizers(index: Index) -> None:
    """An index forgets them whenever it is opened."""
    index.register_tokenizer("words", word_analyzer())
    beginnings = Tokenizer.ngram(min_gram=2, max_gram=LONGEST_OPENING, prefix_only=True)
    index.register_tokenizer("openings", TextAnalyzerBuilder(beginnings).build())


def document_of(schema: Schema, entry: Entry, snapshot: Snapshot) -> Document:
    """The document of a certificate. The snapshot goes in whole, so that a replica answers without asking anybody."""
    name_keys = {f"name_key_{place}": key for place, key in enumerate(entry.name_keys)}
    return Document.from_dict(
        {
            KEY: entry.key,
            "numbers": entry.numbers,
            "openings": entry.openings,
            "reports": entry.reports,
            "title": entry.title,
            "names": entry.names,
            "texts": entry.texts,
            "number_key": entry.number_key,
            "date_key": entry.date_key,
            "day": entry.day,
            "recency": entry.recency,
            # Sorts exactly as the keys do one after the other: the engine orders by one field only.
            "name_order": "".join(f"{key:014x}" for key in entry.name_keys) + f"{entry.number_key:016x}",
            CONTENT: json.dumps(snapshot, separators=(",", ":")).encode(),
            **name_keys,
            **entry.filters,
        },
        schema,
    )


def position_document(schema: Schema, position: Position) -> Document:
    return Document.from_dict({KEY: POSITION_KEY, CONTENT: json.dumps(position.to_wire()).encode()}, schema)
