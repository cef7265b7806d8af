"""Words and phrases as queries: where each must occur, and what makes a hit rank higher."""

from __future__ import annotations

from typing import NamedTuple

from tantivy import Occur, Query, Schema, Searcher

from contracts.numbers import normalise
from services.search.domain.questions import LONGEST_OPENING, Part, Question
from services.search.domain.text import Highlighter, is_ideograph
from services.search.index.schema import word_analyzer

NUMBER_SCORE = 10_000.0
TITLE_BOOST, NAME_BOOST = 3.0, 2.0
# All words in their order: a title, a name or a marking that was copied.
TOGETHER_BOOST = 4.0
# A word that a prefix found counts less than one that was typed, and one spelled otherwise less than that.
PREFIX_SCORE, LOOSE_SCORE = 0.5, 0.3
SHORTEST_PREFIX, LONGEST_PREFIX = 2, 40
SHORTEST_LOOSE, TWO_SLIPS_FROM, LONGEST_LOOSE = 4, 8, 40
# A certificate may hold the same slip.
MOST_MISSPELLED = 3
# In one part, that is, joined by hyphens.
MOST_LOOSE = 3
# Each word costs a look into every part of the index; a page that was pasted is found by its first words.
MOST_WORDS = 200
# Somebody who pastes a page looks for that page; ranking and marking each of its words would only take time.
MOST_RANKED = 12


class Term(NamedTuple):
    """A part of a question as the words that the index holds; ``loose``: words that are spelled alike will do."""

    part: Part
    words: list[str]
    loose: bool = False

    @property
    def goes_on(self) -> bool:
        long_enough = len(self.words) > 1 or SHORTEST_PREFIX <= len(self.words[0]) <= LONGEST_PREFIX
        return self.part.prefix and long_enough

    @property
    def may_be_loose(self) -> bool:
        """Never a number, a type or what stood in quotes: another one than that would be a wrong answer."""
        fits = SHORTEST_LOOSE <= max(map(len, self.words)) <= LONGEST_LOOSE and len(self.words) <= MOST_LOOSE
        return fits and not self.part.exact and all(word.isalpha() and not is_ideograph(word) for word in self.words)


class Words:
    """Builds the queries of words for one schema."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._analyzer = word_analyzer()

    def terms(self, question: Question, loosened: int) -> tuple[list[Term], bool]:
        """At most MOST_WORDS words, and whether there were more. ``loosened``: a bit for each part that is loose."""
        terms: list[Term] = []
        left, cut = MOST_WORDS, False
        for part in question.parts:
            words = self._analyzer.analyze(part.text)
            cut = cut or len(words) > left
            if kept := words[:left]:
                loose = bool(loosened >> len(terms) & 1)
                terms.append(Term(part if kept == words else Part(part.text), kept, loose))
                left -= len(kept)
        return terms, cut

    def suspects(self, searcher: Searcher, question: Question) -> int:
        """A bit for each part that may be misspelled, where nothing was found: the words that no certificate holds,
        or else the rarest, if next to none does. Words that many hold are right, only not together."""
        terms, _ = self.terms(question, 0)
        places = [place for place, term in enumerate(terms[:MOST_RANKED]) if term.may_be_loose]
        counts = {place: self._occurs(searcher, terms[place]) for place in places}
        if not counts:
            return 0
        least = min(counts.values())
        if least > MOST_MISSPELLED:
            return 0
        return sum(1 << place for place, count in counts.items() if count == least)

    def highlighter(self, terms: list[Term]) -> Highlighter:
        prefix = terms[-1].words[-1] if terms and terms[-1].goes_on else None
        return Highlighter((word for term in terms[:MOST_RANKED] for word in term.words[:MOST_RANKED]), prefix)

    def query(self, terms: list[Term], ranked: bool = True) -> Query:
        """Every part must occur somewhere; where it occurs decides only the rank, where that is wanted."""
        clauses = [(Occur.Must, self._somewhere(term)) for term in terms]
        return Query.boolean_query([*clauses, *self._ranking(terms)] if ranked else clauses)

    def _ranking(self, terms: list[Term]) -> list[tuple[Occur, Query]]:
        clauses = []
        for term in terms[:MOST_RANKED]:
            for field, boost in (("title", TITLE_BOOST), ("names", NAME_BOOST)):
                clauses.append((Occur.Should, Query.boost_query(self._in_field(field, term), boost)))
        words = [word for term in terms for word in term.words]
        if 1 < len(words) <= MOST_RANKED and len(terms) > 1:
            for field in ("title", "names", "marking"):
                phrase = Query.phrase_query(self._schema, field, list(words))
                clauses.append((Occur.Should, Query.boost_query(phrase, TOGETHER_BOOST)))
        return clauses

    def phrase(self, field: str, text: str) -> Query:
        """The words of a folded text in their order."""
        words = self._analyzer.analyze(text)
        return Query.phrase_query(self._schema, field, list(words)) if len(words) > 1 else self._word(field, text)

    def _occurs(self, searcher: Searcher, term: Term) -> int:
        *whole, last = term.words
        counts = [searcher.doc_freq("texts", word) for word in whole]
        count = searcher.doc_freq("texts", last)
        if count == 0 and term.goes_on:
            count = len(searcher.terms_with_prefix("texts", last, limit=1))
        return min([*counts, count])

    def _somewhere(self, term: Term) -> Query:
        alternatives = [self._in_field("texts", term)]
        if term.goes_on and not term.loose:
            alternatives.append(Query.const_score_query(self._prefix(term.words), PREFIX_SCORE))
        joined = normalise(term.part.text)
        if any(character.isdigit() for character in joined) and len(term.words) <= MOST_RANKED:
            alternatives += self._joined(joined, term)
        return any_of(alternatives)

    def _joined(self, joined: str, term: Term) -> list[Query]:
        """What has digits in it may be a type whose hyphens are left out, or a number among words."""
        found = []
        if len(term.words) > 1 and not term.part.exact and joined.isalnum():
            found.append(self._word("texts", joined))
            if term.goes_on:
                # Beside the prefix of the phrase, for which the engine tries fifty words and no more.
                found.append(Query.const_score_query(self._prefix([joined]), PREFIX_SCORE))
        if 2 <= len(joined) <= LONGEST_OPENING:
            # "BAS26.0001 transmitter": a number among words, in whatever spelling.
            opening = Query.term_query(self._schema, "openings", joined, "basic")
            found.append(Query.const_score_query(opening, NUMBER_SCORE))
        return found

    def _prefix(self, words: list[str]) -> Query:
        if len(words) > 1:
            return Query.phrase_prefix_query(self._schema, "texts", list(words))
        return Query.fuzzy_term_query(self._schema, "texts", words[0], 0, True, True)

    def _in_field(self, field: str, term: Term) -> Query:
        if term.loose:
            last = len(term.words) - 1
            alike = [self._alike(field, word, term.goes_on and n == last) for n, word in enumerate(term.words)]
            return Query.const_score_query(all_of(alike), LOOSE_SCORE)
        if len(term.words) > 1:
            return Query.phrase_query(self._schema, field, list(term.words))
        return self._word(field, term.words[0])

    def _alike(self, field: str, word: str, goes_on: bool) -> Query:
        if len(word) < SHORTEST_LOOSE:
            return self._word(field, word)
        return Query.fuzzy_term_query(self._schema, field, word, 2 if len(word) >= TWO_SLIPS_FROM else 1, True, goes_on)

    def _word(self, field: str, word: str) -> Query:
        return Query.term_query(self._schema, field, word)


def any_of(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, query) for query in queries])


def all_of(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Must, query) for query in queries])
