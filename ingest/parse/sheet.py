"""Selectors looked up together in many small elements of one shape, as the comments of a thread are.

What selectors see of an element is its shape: which of their parts each element in it fits, and which of these stands
in which. Comments differ in their words and share their shape, so where a selector matches is found once for each shape
and read off for all others. `Scope` finds the same in an index, which is dearer and takes any selector.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import lru_cache

from ingest.parse.elements import Element, Elements
from ingest.parse.selectors import TESTS, Compound, Scope, Selector

MAX_KINDS = 20_000
"""Elements remembered by tag, classes and names of attributes."""

Test = tuple[str, Callable[[str, str], bool], str]
Bit = tuple[int, Callable[[str, str], bool], str]
Kind = tuple[int, tuple[tuple[str, tuple[Bit, ...]], ...], tuple[tuple[int, tuple[Test, ...]], ...]]
"""What all elements of one tag and classes fit; what else one other attribute decides, by attribute, and several do."""

Places = dict[int, tuple[tuple[int, ...], tuple[int, ...]]]
"""By list of selectors: all matches, and the first of each selector that matches, as numbers in the shape."""


class Sheet:
    """Lists of selectors that are looked up in the same elements; each list is known by its identity.

    Raises ValueError for a selector whose parts before the last ask for more than one thing each.
    """

    def __init__(self, *lists: tuple[Selector, ...]) -> None:
        for one in (one for selectors in lists for one in selectors):
            if any(len(part.keys) > 1 or part.tests for part in one.compounds[:-1]):
                raise ValueError(f"selector {one.css!r}: ask for one tag, class, id or attribute before the last part")
        self.lists = lists
        parts = dict.fromkeys(part for selectors in lists for one in selectors for part in one.compounds)
        self.bits = {part: 1 << number for number, part in enumerate(parts)}
        self._tags = {part.tag for part in parts} - {None}
        self._classes = frozenset(name for part in parts for name in part.classes)
        self._in_classes = tuple(dict.fromkeys(test for part in parts for test in part.tests if test[0] == "class"))
        self._kinds: dict[tuple[str, str | bool | None], Kind] = {}
        self._known: dict[object, Kind] = {}

    def sign(self, node: Element) -> int:
        """Return which parts of the selectors `node` alone fits, a bit each."""
        attributes = node.attributes
        kind = self._kinds.get((node.tag, attributes.get("class", False)))
        fits, one_decides, several_decide = kind or self._kind(node)
        if attributes:
            for name, bits in one_decides:
                if name in attributes:
                    found = attributes[name] or ""
                    for bit, test, value in bits:
                        if test(found, value):
                            fits |= bit
            for bit, tests in several_decide:
                if all(name in attributes and test(attributes[name] or "", value) for name, test, value in tests):
                    fits |= bit
        return fits

    def _kind(self, node: Element) -> Kind:
        """Return what is common to all elements with the tag and classes of `node`, and remember it.

        Many classes are of one comment alone (its writer's name, its depth): what selectors see of them is looked up.
        """
        classes = node.get("class")
        seen = (
            node.tag if node.tag in self._tags else None,
            "class" in node.attributes,
            self._classes.intersection(classes.split()),
            tuple([TESTS[how](classes, value) for _, how, value in self._in_classes]),
        )
        kind = self._known.get(seen)
        if kind is None:
            kind = self._known[seen] = self._kind_of(node)
        for known in (self._kinds, self._known):
            if len(known) >= MAX_KINDS:
                known.clear()
        self._kinds[node.tag, node.attributes.get("class", False)] = kind
        return kind

    def _kind_of(self, node: Element) -> Kind:
        fits, by_attribute, several = 0, dict[str, tuple[Bit, ...]](), []
        alike = Element(node.tag, {"class": node.attributes["class"]} if "class" in node.attributes else {}, None, 0)
        for part, bit in self.bits.items():
            if not _by_class(part).fits(alike):
                continue
            tests = _by_others(part)
            if not tests:
                fits |= bit
            elif len(tests) == 1:
                name, test, value = tests[0]
                by_attribute[name] = (*by_attribute.get(name, ()), (bit, test, value))
            else:
                several.append((bit, tests))
        return fits, tuple(by_attribute.items()), tuple(several)

    def shape(
        self, page: Elements, node: Element, without: Collection[Element]
    ) -> tuple[tuple[int, ...], list[Element]]:
        """Return the shape of `node` and the elements it is made of, the first `node` itself.

        A shape is the sign of each element that fits any part, and the number of the nearest of them around it; that
        number is inverted where it is not the parent.
        """
        shape, seen = [self.sign(node)], [node]
        around = [0]
        for one in page.walk(node, without):
            if fits := self.sign(one):
                while seen[around[-1]].end <= one.at:
                    around.pop()
                nearest = around[-1]
                shape += (fits, nearest if seen[nearest] is one.parent else ~nearest)
                around.append(len(seen))
                seen.append(one)
        return tuple(shape), seen


def _by_class(part: Compound) -> Compound:
    """Return what of `part` tag and classes tell."""
    tests = tuple(test for test in part.tests if test[0] == "class")
    return Compound(part.tag, None, part.classes, part.attributes & {"class"}, tests, part.child)


def _by_others(part: Compound) -> tuple[Test, ...]:
    """Return what of `part` other attributes tell; one that only must be there starts with nothing."""
    named = [("id", TESTS["="], part.name)] if part.name else []
    tests = [(name, TESTS[how], value) for name, how, value in part.tests if name != "class"]
    bare = part.attributes - {"class"} - {name for name, _, _ in tests}
    return (*named, *tests, *((name, TESTS["^="], "") for name in sorted(bare)))


@lru_cache(maxsize=20_000)
def places_in(shape: tuple[int, ...], sheet: Sheet) -> Places:
    """Return where in `shape` the selectors of `sheet` match."""
    signs = [shape[0], *shape[1::2]]
    around = [0, *shape[2::2]]
    found: Places = {}
    for selectors in sheet.lists:
        each = [_matches(signs, around, [sheet.bits[part] for part in one.compounds], one) for one in selectors]
        found[id(selectors)] = tuple(at for one in each for at in one), tuple(one[0] for one in each if one)
    return found


def _matches(signs: list[int], around: list[int], bits: list[int], selector: Selector) -> list[int]:
    last = len(bits) - 1
    if not all(any(sign & bit for sign in signs[1:]) for bit in bits[:-1]):
        # As for a Scope: what a selector names must occur in the element, even if it is the element that fits.
        return []
    fitting = (at for at in range(1, len(signs)) if signs[at] & bits[last])
    return [at for at in fitting if last == 0 or _led(signs, around, bits, selector, at, last)]


def _led(signs: list[int], around: list[int], bits: list[int], selector: Selector, at: int, part: int) -> bool:
    """Tell whether the element `at` stands as the compounds before `part` want it; see `Selector.matches`."""
    child = selector.compounds[part].child
    while at:
        nearest = around[at]
        if child and nearest < 0:
            return False
        at = nearest if nearest >= 0 else ~nearest
        if signs[at] & bits[part - 1] and (part == 1 or _led(signs, around, bits, selector, at, part - 1)):
            return True
        if child:
            return False
    return False


class SheetScope(Scope):
    """A Scope whose selectors are those of one sheet, as lists; others are looked up in its index."""

    __slots__ = ("_places", "_seen")

    def __init__(self, page: Elements, node: Element, without: Collection[Element], sheet: Sheet) -> None:
        super().__init__(page, node, without)
        shape, self._seen = sheet.shape(page, node, without)
        self._places = places_in(shape, sheet)

    def first(self, selectors: Iterable[Selector]) -> Element | None:
        """See Scope."""
        places = self._places.get(id(selectors))
        if places is None:
            return super().first(selectors)
        return self._seen[places[1][0]] if places[1] else None

    def each(self, selectors: Iterable[Selector]) -> Iterator[Element]:
        """See Scope."""
        places = self._places.get(id(selectors))
        return super().each(selectors) if places is None else map(self._seen.__getitem__, places[1])

    def every(self, selectors: Iterable[Selector]) -> Iterator[Element]:
        """See Scope."""
        places = self._places.get(id(selectors))
        return super().every(selectors) if places is None else map(self._seen.__getitem__, places[0])
