"""Questions as queries of the engine, built from parts; the engine's query language is never used.

found  = (number spelled | opening of a number | all words and phrases) & filters
ranked = number, then opening, then how rare the words are, more so in the title and in names; newer a little first
"""

from __future__ import annotations

from typing import NamedTuple

from tantivy import FieldType, Occur, Query, Schema

from contracts.numbers import normalise
from services.search.domain.questions import LONGEST_OPENING, Part, Question
from services.search.domain.text import Highlighter
from services.search.index.schema import KEY, POSITION_KEY, word_analyzer

NUMBER_SCORE, OPENING_SCORE, REPORT_SCORE = 10_000.0, 1_000.0, 1_000.0
TITLE_BOOST, NAME_BOOST = 3.0, 2.0
# A word that a prefix found counts less than one that was typed.
PREFIX_SCORE = 0.5
SHORTEST_PREFIX, LONGEST_PREFIX = 2, 40
# Each word costs a look into every part of the index; a page that was pasted is found by its first words.
MOST_WORDS = 200
ONLY_THE_FIRST = f"Only the first {MOST_WORDS} words of q are searched for."
# Somebody who pastes a page looks for that page; ranking and marking each of its words would only take time.
MOST_RANKED = 12


class Compiled(NamedTuple):
    """A query, what marks in a text what the query finds there, and what the asker should know."""

    query: Query
    highlighter: Highlighter
    note: str | None


class Term(NamedTuple):
    """A part of a question as the words that the index holds."""

    part: Part
    words: list[str]


class Compiler:
    """Builds the queries for one schema."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._analyzer = word_analyzer()

    def compile(self, question: Question) -> Compiled | None:
        """None if the question holds something, but no word and no number: nothing can match it."""
        terms, note = self._terms(question)
        if question.asked and not terms:
            return None
        clauses = [(Occur.Must, self._any(self._alternatives(question, terms)))] if terms else []
        clauses += self._filters(question)
        if not any(occur == Occur.Must for occur, _ in clauses):
            clauses.append((Occur.Must, Query.all_query()))
        # Words and filters never find the document that holds the position; everything else might.
        clauses.append((Occur.MustNot, self._term(KEY, POSITION_KEY)))
        return Compiled(Query.boolean_query(clauses), self._highlighter(terms), note)

    def after(self, keys: tuple[str, ...], values: list[int], descending: bool) -> Query:
        """What comes behind ``values`` when sorted by ``keys``, one after the other."""
        alternatives = []
        for place, (key, value) in enumerate(zip(keys, values, strict=True)):
            same = [self._range(*equal) for equal in zip(keys[:place], values, values, strict=False)]
            beyond = self._range(key, None, value - 1) if descending else self._range(key, value + 1, None)
            alternatives.append(self._all([*same, beyond]))
        return Query.const_score_query(self._any(alternatives), 0.0)

    def _terms(self, question: Question) -> tuple[list[Term], str | None]:
        terms, left, cut = [], MOST_WORDS, False
        for part in question.parts:
            words = self._analyzer.analyze(part.text)
            cut = cut or len(words) > left
            if kept := words[:left]:
                terms.append(Term(part if kept == words else Part(part.text), kept))
                left -= len(kept)
        return terms, ONLY_THE_FIRST if cut else None

    def _highlighter(self, terms: list[Term]) -> Highlighter:
        prefix = terms[-1].words[-1] if terms and self._goes_on(terms[-1]) else None
        return Highlighter((word for term in terms[:MOST_RANKED] for word in term.words[:MOST_RANKED]), prefix)

    def _alternatives(self, question: Question, terms: list[Term]) -> list[Query]:
        found = [Query.const_score_query(self._term("numbers", number), NUMBER_SCORE) for number in question.numbers]
        found += [Query.const_score_query(self._term("reports", number), REPORT_SCORE) for number in question.reports]
        if question.opening:
            found.append(Query.const_score_query(self._term("openings", question.opening), OPENING_SCORE))
        return [*found, self._words(terms)]

    def _words(self, terms: list[Term]) -> Query:
        """Every part must occur somewhere; where it occurs decides only the rank."""
        clauses = [(Occur.Must, self._somewhere(term)) for term in terms]
        for term in terms[:MOST_RANKED]:
            for field, boost in (("title", TITLE_BOOST), ("names", NAME_BOOST)):
                clauses.append((Occur.Should, Query.boost_query(self._in_field(field, term.words), boost)))
        return Query.boolean_query(clauses)

    def _somewhere(self, term: Term) -> Query:
        alternatives = [self._in_field("texts", term.words)]
        if self._goes_on(term):
            alternatives.append(Query.const_score_query(self._prefix(term.words), PREFIX_SCORE))
        opening = normalise(term.part.text)
        if 2 <= len(opening) <= LONGEST_OPENING and any(character.isdigit() for character in opening):
            # "BAS26.0001 transmitter": a number among words, in whatever spelling.
            alternatives.append(Query.const_score_query(self._term("openings", opening), NUMBER_SCORE))
        return self._any(alternatives)

    def _goes_on(self, term: Term) -> bool:
        return term.part.prefix and (len(term.words) > 1 or SHORTEST_PREFIX <= len(term.words[0]) <= LONGEST_PREFIX)

    def _prefix(self, words: list[str]) -> Query:
        if len(words) > 1:
            return Query.phrase_prefix_query(self._schema, "texts", list(words))
        return Query.fuzzy_term_query(self._schema, "texts", words[0], 0, True, True)

    def _in_field(self, field: str, words: list[str]) -> Query:
        if len(words) > 1:
            return Query.phrase_query(self._schema, field, list(words))
        return Query.term_query(self._schema, field, words[0])

    def _filters(self, question: Question) -> list[tuple[Occur, Query]]:
        clauses = [(Occur.Must, self._one_of(name, values)) for name, values in question.included]
        clauses += [(Occur.MustNot, self._one_of(name, values)) for name, values in question.excluded]
        if question.from_day is not None or question.to_day is not None:
            clauses.append((Occur.Must, self._range("day", question.from_day, question.to_day)))
        return clauses

    def _one_of(self, field: str, values: tuple[str, ...]) -> Query:
        return Query.const_score_query(self._any([self._term(field, value) for value in values]), 0.0)

    def _term(self, field: str, value: str) -> Query:
        return Query.term_query(self._schema, field, value, "basic")

    def _range(self, field: str, first: int | None, last: int | None) -> Query:
        if last is not None and last < 0:
            return Query.empty_query()
        inside = Query.range_query(self._schema, field, FieldType.Unsigned, first, last)
        return Query.const_score_query(inside, 0.0)

    @staticmethod
    def _any(queries: list[Query]) -> Query:
        return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, query) for query in queries])

    @staticmethod
    def _all(queries: list[Query]) -> Query:
        return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Must, query) for query in queries])
