"""Names that stay within AWS's limits."""

import re

from hypothesis import given
from hypothesis import strategies as st

from spec.facts import limits
from spec.names import AUTONAME_LENGTH, fitting

NAMES = st.from_regex(re.compile("[0-9A-Za-z][A-Za-z0-9_-]{0,150}", re.ASCII), fullmatch=True)
LENGTHS = st.integers(10, 100)


@given(NAMES, LENGTHS)
def test_a_name_fits_and_stays_what_it_was(name, longest):
    result = fitting(name, longest)
    assert len(result) <= longest
    assert result == fitting(name, longest)
    assert result == name or len(name) > longest
    assert re.fullmatch(limits()["role.name"].pattern, result)
    assert result[0] == name[0]


@given(st.lists(NAMES, min_size=2, max_size=20, unique=True), LENGTHS)
def test_two_names_stay_two(names, longest):
    assert len({fitting(name, longest) for name in names}) == len(names)


@given(NAMES, st.text("abc", min_size=1, max_size=3))
def test_names_that_differ_at_their_ends_only_stay_apart(name, end):
    longest = 20
    assert fitting(name * 30, longest) != fitting(name * 30 + end, longest)


def test_a_short_name_is_kept_and_a_long_one_ends_with_a_digest():
    assert fitting("dev-cluster", 64) == "dev-cluster"
    assert fitting("a" * 100, 30) == f"{'a' * 21}-28165978"
    assert fitting("abc-" * 20, 13) == "abc-d501370f"


def test_there_is_room_for_what_pulumi_adds():
    longest = limits()["role.name"].maximum - AUTONAME_LENGTH
    assert len(fitting("c" * 100 + "-" + "g" * 63, longest)) + AUTONAME_LENGTH == 64
