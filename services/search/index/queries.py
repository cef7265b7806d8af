"""Questions as queries of the engine, built from parts; the engine's query language is never used.

found  = (number spelled | opening of a number | all words and phrases) & filters
ranked = number, then opening, then how rare the words are, more so in the title and in names; newer a little first
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tantivy import FieldType, Occur, Query, Schema, Searcher

from services.search.domain.questions import Question
from services.search.domain.text import Highlighter
from services.search.domain.values import FREE
from services.search.index.schema import OLDER, POSITION, ROLE
from services.search.index.words import MOST_WORDS, NUMBER_SCORE, Term, Words, all_of, any_of

ISSUE_SCORE, OPENING_SCORE, REPORT_SCORE = 10 * NUMBER_SCORE, 1_000.0, 1_000.0
MARKING_BOOST = 10.0
ONLY_THE_FIRST = f"Only the first {MOST_WORDS} words of q are searched for."

Clause = tuple[Occur, Query]


class Compiled(NamedTuple):
    """A query, what marks in a text what the query finds there, and what the asker should know."""

    query: Query
    highlighter: Highlighter
    note: str | None


class Compiler:
    """Builds the queries for one schema. ``countries``: of bodies, by their codes."""

    def __init__(self, schema: Schema, countries: Mapping[str, str]) -> None:
        self._schema, self._countries = schema, countries
        self._words = Words(schema)

    def compile(self, question: Question, loosened: int = 0) -> Compiled | None:
        """None if the question holds something, but no word and no number: nothing can match it.

        ``loosened``: which parts may be spelled otherwise, see ``suspects``.
        """
        terms, cut = self._words.terms(question, loosened)
        if question.asked and not terms:
            return None
        clauses = [(Occur.Must, self._found(question, terms)), *self._filters(question)]
        # Words and filters never find the document that holds the position; everything else might.
        clauses.append((Occur.MustNot, self._term(ROLE, POSITION)))
        note = _taken_for_others(terms) or (ONLY_THE_FIRST if cut else None)
        return Compiled(Query.boolean_query(clauses), self._words.highlighter(terms), note)

    def suspects(self, searcher: Searcher, question: Question) -> int:
        """Which parts to loosen where nothing was found; 0 where none can be."""
        return self._words.suspects(searcher, question)

    def after(self, keys: tuple[str, ...], values: Sequence[int], descending: bool) -> Query:
        """What comes behind ``values`` when sorted by ``keys``, one after the other."""
        alternatives = []
        for place, (key, value) in enumerate(zip(keys, values, strict=True)):
            same = [self._range(*equal) for equal in zip(keys[:place], values, values, strict=False)]
            beyond = self._range(key, None, value - 1) if descending else self._range(key, value + 1, None)
            alternatives.append(all_of([*same, beyond]))
        return Query.const_score_query(any_of(alternatives), 0.0)

    def _found(self, question: Question, terms: list[Term]) -> Query:
        """By number or by words. An older issue is found by its own number even where only the latest are asked for."""
        found = any_of([*self._spelled(question), self._worded(question, terms)]) if terms else Query.all_query()
        if not question.all_issues:
            found = Query.boolean_query([(Occur.Must, found), (Occur.MustNot, self._term(ROLE, OLDER))])
        if not question.spelled.issue:
            return found
        issue = self._term("numbers", question.spelled.issue)
        return any_of([Query.const_score_query(issue, ISSUE_SCORE), found])

    def _spelled(self, question: Question) -> list[Query]:
        """The numbers that q as a whole may spell or begin, and the marking that it may be."""
        numbers, reports = question.spelled.certificates, question.spelled.reports
        found = [Query.const_score_query(self._term("numbers", number), NUMBER_SCORE) for number in numbers]
        found += [Query.const_score_query(self._term("reports", number), REPORT_SCORE) for number in reports]
        if question.opening:
            found.append(Query.const_score_query(self._term("openings", question.opening), OPENING_SCORE))
        if question.marking:
            found.append(Query.boost_query(self._words.phrase("marking", question.marking), MARKING_BOOST))
        return found

    def _worded(self, question: Question, terms: list[Term]) -> Query:
        """What holds the words; of a number that cannot be anything else, what names it in whatever spelling."""
        if question.spelled.certain and not any(term.loose for term in terms):
            return Query.const_score_query(self._term("mentions", question.spelled.certain), 1.0)
        # Of what mentions a number nothing is more relevant than what bears it.
        return self._words.query(terms, ranked=not question.spelled.certificates)

    def _filters(self, question: Question) -> list[Clause]:
        clauses = [(Occur.Must, self._one_of(name, values)) for name, values in question.included]
        clauses += [(Occur.MustNot, self._one_of(name, values)) for name, values in question.excluded]
        if question.from_day is not None or question.to_day is not None:
            clauses.append((Occur.Must, self._range("day", question.from_day, question.to_day)))
        if question.valid_day is not None:
            clauses.append((Occur.Must, self._range("valid_first", None, question.valid_day)))
            clauses.append((Occur.Must, self._range("valid_last", question.valid_day, None)))
        return clauses

    def _one_of(self, name: str, values: Iterable[str]) -> Query:
        if name == "excb_country":
            wanted = set(values)
            name, values = "excb", [code for code, country in self._countries.items() if country in wanted]
        field = f"{name}_folded" if name in FREE else name
        terms = [self._term(field, value) for value in values]
        return Query.const_score_query(any_of(terms), 0.0) if terms else Query.empty_query()

    def _term(self, field: str, value: str) -> Query:
        return Query.term_query(self._schema, field, value, "basic")

    def _range(self, field: str, first: int | None, last: int | None) -> Query:
        if last is not None and last < 0:
            return Query.empty_query()
        inside = Query.range_query(self._schema, field, FieldType.Unsigned, first, last)
        return Query.const_score_query(inside, 0.0)


def _taken_for_others(terms: list[Term]) -> str | None:
    loose = [f"“{'-'.join(term.words)}”" for term in terms if term.loose]
    if not loose:
        return None
    return f"Nothing holds all of that as it is spelled. Shown is what holds words like {', '.join(loose)}."
