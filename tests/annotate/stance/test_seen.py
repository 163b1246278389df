"""Features numbered once must be what naming them anew for every fold would give."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.annotate.stance.corpus import load_corpus, load_known_conflicts
from ingest.annotate.stance.features import stance_features
from ingest.annotate.stance.masking import Masker
from ingest.annotate.stance.model import matrix
from ingest.annotate.stance.polarity import load_polarity
from ingest.annotate.stance.quotes import own_words
from ingest.annotate.stance.seen import MIN_COUNT, Table, see
from ingest.settings import REPO_ROOT
from tests.annotate.stance.conftest import STANCE

Rows = list[list[str]]


def _table(rows: Rows) -> Table:
    """Return the rows as `see` keeps them."""
    names = sorted({name for row in rows for name in row})
    columns = [names.index(name) for row in rows for name in row]
    first = [name not in row[:i] for row in rows for i, name in enumerate(row)]
    starts = np.cumsum([0, *map(len, rows)])
    return Table(names, np.array(columns, dtype=np.int32), np.array(first, dtype=np.bool_), starts)


def _named_anew(rows: Rows, *, bias: bool) -> tuple[dict[str, int], np.ndarray]:
    counts = Counter(name for row in rows for name in set(row))
    index = {name: i for i, name in enumerate(sorted(n for n, c in counts.items() if c >= MIN_COUNT))}
    known = [([index[n] for n in row if n in index], len(row)) for row in rows]
    return index, matrix(known, len(index), bias=bias).toarray()


@given(st.data(), st.booleans())
@settings(max_examples=200, deadline=None)
def test_a_part_has_the_features_it_would_have_by_itself(data: st.DataObject, bias: bool) -> None:
    rows = data.draw(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=6), min_size=1, max_size=8))
    at = data.draw(st.lists(st.integers(0, len(rows) - 1), min_size=1, max_size=8))
    index, found = _table(rows).part(np.array(at, dtype=np.int64)).known(bias=bias)
    expected_index, expected = _named_anew([rows[i] for i in at], bias=bias)
    assert index == expected_index
    np.testing.assert_array_equal(found.toarray(), expected)


def test_a_part_of_the_corpus_is_read_as_each_party_sees_it() -> None:
    conflicts = load_known_conflicts(REPO_ROOT / "data")
    examples = load_corpus(STANCE / "corpus", conflicts)[:60]
    polarity = load_polarity(STANCE / "polarity.csv")
    at = list(range(40, 10, -3))
    seen = see(examples, conflicts, polarity).part(at)
    rows = []
    for e in (examples[i] for i in at):
        masker = Masker(conflicts[e.conflict])
        reading = masker.read(own_words(e.given.text))
        rows += [stance_features(masker.roles(reading, t), polarity)[0] for t in masker.belligerents]
    index, views = seen.views.known()
    expected_index, expected = _named_anew(rows, bias=True)
    assert index == expected_index
    np.testing.assert_array_equal(views.toarray(), expected)
    parties = [[p.party_id for p in conflicts[e.conflict].belligerents] for e in seen.examples]
    sides = [p[0] if way == 1 else p[1] if way == -1 else None for p, way in zip(parties, seen.ways, strict=True)]
    assert sides == [e.side if e.side in p else None for e, p in zip(seen.examples, parties, strict=True)]
