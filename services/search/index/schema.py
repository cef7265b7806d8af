"""The fields of the index and how their texts are cut into terms; ``documents.SHAPE`` counts every change made here."""

from __future__ import annotations

import json

from tantivy import Document, Index, Schema, SchemaBuilder, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from services.search.domain.documents import Entry, fold_often
from services.search.domain.keys import NAME_PIECES
from services.search.domain.log import Position
from services.search.domain.questions import LONGEST_OPENING
from services.search.domain.text import WORD_PATTERN
from services.search.domain.values import FREE, VALUES

# Deleting goes by this field: a raw text, because deleting by a number deletes nothing, in silence.
KEY = "key"
# The key of the one document that is no certificate, spelled as no number is: it holds the Position,
# so that both are committed as one.
POSITION_KEY = "#position"
CONTENT = "content"
# What a document is: the latest issue of its certificate, an older one, or the position.
ROLE, LATEST, OLDER, POSITION = "role", "latest", "older", "position"

NAME_KEYS = tuple(f"name_key_{place}" for place in range(NAME_PIECES))
RAW_FIELDS = (KEY, ROLE, "numbers", "reports", "mentions", *(f"{name}_folded" for name in FREE))
WORD_FIELDS = ("title", "names", "marking", "texts")
NUMBER_FIELDS = ("number_key", "date_key", *NAME_KEYS, "day", "valid_first", "valid_last", "mark")
# Counted and sorted by: a column beside the terms.
COLUMNS = (*VALUES, "slice", "name_order")


def build_schema() -> Schema:
    builder = SchemaBuilder()
    for name in (*RAW_FIELDS, *COLUMNS):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=name in COLUMNS)
    builder.add_text_field("openings", tokenizer_name="openings", index_option="basic")
    for name in WORD_FIELDS:
        builder.add_text_field(name, tokenizer_name="words")
    for name in NUMBER_FIELDS:
        builder.add_unsigned_field(name, fast=True)
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


def document_of(schema: Schema, entry: Entry, content: bytes) -> Document:
    """The document of an issue. Its snapshot goes in whole, so that a replica answers without asking anybody."""
    return Document.from_dict(
        {
            KEY: entry.key,
            ROLE: LATEST if entry.latest else OLDER,
            "numbers": entry.numbers,
            "openings": entry.openings,
            "reports": entry.reports,
            "mentions": entry.mentions,
            "title": entry.title,
            "names": entry.names,
            "marking": entry.marking,
            "texts": entry.texts,
            "number_key": entry.number_key,
            "date_key": entry.date_key,
            "day": entry.day,
            "valid_first": entry.validity.first,
            "valid_last": entry.validity.last,
            "recency": entry.recency,
            "slice": entry.slice,
            "mark": entry.mark,
            # Sorts exactly as the keys do one after the other: the engine orders by one field only.
            "name_order": "".join(f"{key:014x}" for key in entry.name_keys) + f"{entry.number_key:016x}",
            CONTENT: content,
            **dict(zip(NAME_KEYS, entry.name_keys, strict=True)),
            **entry.values,
            **{f"{name}_folded": [fold_often(value) for value in entry.values[name]] for name in FREE},
        },
        schema,
    )


def position_document(schema: Schema, position: Position) -> Document:
    content = json.dumps(position.to_wire()).encode()
    return Document.from_dict({KEY: POSITION_KEY, ROLE: POSITION, CONTENT: content}, schema)
