"""A page's elements and texts as plain objects in page order: what families and the article's readers look at.

lexbor's nodes are made anew for Python at each touch. Here each is made once; all that is in an element is one slice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from selectolax.lexbor import LexborNode

MAX_DEPTH = 255
"""Elements nested deeper are left out, as libxml2 does; readers may call themselves for what is in an element."""


class Element:
    """One element. It stands at `at` in its page's `nodes`; what is in it follows, up to `end`."""

    __slots__ = ("at", "attributes", "end", "parent", "tag")

    def __init__(self, tag: str, attributes: dict[str, str | None], parent: Element | None, at: int) -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.at = at
        self.end = at + 1

    def get(self, name: str) -> str:
        """Return an attribute's value, empty where it has none."""
        return self.attributes.get(name) or ""

    def above(self) -> Iterator[Element]:
        """Yield what is around the element, innermost first."""
        one = self.parent
        while one is not None:
            yield one
            one = one.parent

    def holds(self, other: Element) -> bool:
        """Tell whether `other` is in this element."""
        return self.at < other.at < self.end


class Elements:
    """A page or parts of it: elements and texts, `nodes`, in page order.

    `marked` are the elements asked for, with their nodes on the fast tree. `cut` is True where something was nested too
    deep. Elements know what is around them and not what is in them: objects that refer to one another in a circle would
    outlive their page.
    """

    __slots__ = ("_open", "cut", "marked", "nodes")

    def __init__(self) -> None:
        self.nodes: list[Element | str] = []
        self.marked: dict[Element, LexborNode] = {}
        self.cut = False
        self._open: list[Element] = []

    @property
    def root(self) -> Element:
        """The outermost element."""
        root = self.nodes[0]
        assert isinstance(root, Element)  # noqa: S101  the first that is built
        return root

    def below(self, node: Element) -> list[Element]:
        """Return the elements in `node`."""
        return [one for one in self.nodes[node.at + 1 : node.end] if type(one) is not str]  # type: ignore[misc]

    def texts(self, node: Element, most: int | None = None) -> list[str]:
        """Return the texts in `node`, or those among the first `most` elements and texts in it."""
        end = node.end if most is None else min(node.end, node.at + 1 + most)
        return [one for one in self.nodes[node.at + 1 : end] if type(one) is str]

    def first_letter(self, node: Element, most: int) -> str:
        """Return the first that is no white space among the first `most` elements and texts in `node`, or nothing."""
        for one in self.nodes[node.at + 1 : min(node.end, node.at + 1 + most)]:
            if isinstance(one, str) and (words := one.lstrip()):
                return words[0]
        return ""

    def words(self, node: Element, without: Collection[Element] = ()) -> str:
        """Return all text in `node` on one line, elements apart by a space."""
        texts = self.texts(node) if not without else self._texts(node, without)
        return " ".join(" ".join(texts).split())

    def _texts(self, node: Element, without: Collection[Element]) -> Iterator[str]:
        nodes, at = self.nodes, node.at + 1
        while at < node.end:
            one = nodes[at]
            if isinstance(one, str):
                yield one
            elif one in without:
                at = one.end
                continue
            at += 1

    def line(self, node: Element) -> str:
        """Return all text in `node` on one line, words apart only where the page has them apart."""
        return " ".join("".join(self.texts(node)).split())

    def is_empty(self, node: Element) -> bool:
        """Tell whether neither an element nor a word is in `node`."""
        for at in range(node.at + 1, node.end):
            one = self.nodes[at]
            if not isinstance(one, str) or not (one.isspace() or not one):
                return False
        return True

    def opening(self, node: Element) -> str:
        """Return the text in `node` before the first element in it."""
        end = node.end
        at = node.at + 1
        while at < end and type(self.nodes[at]) is str:
            at += 1
        return "".join(self.nodes[node.at + 1 : at])  # type: ignore[arg-type]

    def children(self, node: Element) -> Iterator[Element]:
        """Yield the elements just below `node`."""
        return self._beside(node.at + 1, node.end)

    def before(self, node: Element) -> Iterator[Element]:
        """Yield the elements beside `node` that stand before it, the nearest first."""
        nodes, around, at = self.nodes, node.parent, node.at - 1
        while around is not None and at > around.at:
            one = nodes[at]
            if isinstance(one, str):
                at -= 1
                continue
            while one.parent is not None and one.parent is not around:
                one = one.parent
            yield one
            at = one.at - 1

    def after(self, node: Element) -> Iterator[Element]:
        """Yield the elements beside `node` that stand after it."""
        return self._beside(node.end, node.parent.end if node.parent is not None else node.end)

    def _beside(self, at: int, end: int) -> Iterator[Element]:
        """Yield the elements from `at` to `end` that are in none of the others."""
        nodes = self.nodes
        while at < end:
            one = nodes[at]
            if isinstance(one, str):
                at += 1
            else:
                yield one
                at = one.end

    def walk(self, node: Element, without: Collection[Element] = ()) -> Iterator[Element]:
        """Yield the elements in `node`, none of `without` and nothing in them."""
        if not without:
            yield from self.below(node)
            return
        nodes, at, end = self.nodes, node.at + 1, node.end
        while at < end:
            one = nodes[at]
            if isinstance(one, str):
                at += 1
            elif one in without:
                at = one.end
            else:
                yield one
                at += 1

    def add(self, top: LexborNode, around: Element | None, wanted: set[int]) -> None:
        """Add `top` and all in it below `around`, which must be open.

        What has its mem_id in `wanted` is marked, and wanted no more.
        """
        nodes = self.nodes
        room = MAX_DEPTH - (0 if around is None else 1 + sum(1 for _ in around.above()))
        above = self.open(top, around)
        self._mark(above, top, wanted)
        outer: list[LexborNode] = []
        node, in_text = top.first_child, False
        while True:
            if node is None:
                above.end = len(nodes)
                if not outer:
                    self._open.pop()
                    return
                node, above, in_text = outer.pop().next, above.parent, False  # type: ignore[assignment]
                continue
            text = node.text_content
            if text is not None:
                if in_text:
                    # Nothing but a comment of the markup stood between.
                    nodes[-1] += text  # type: ignore[operator]
                else:
                    nodes.append(text)
                    in_text = True
            elif (tag := node.tag) and tag[0] != "-":
                in_text = False
                element = Element(tag, node.attributes, above, len(nodes))
                nodes.append(element)
                if wanted and node.mem_id in wanted:
                    self._mark(element, node, wanted)
                child = node.first_child
                if child is not None:
                    if len(outer) < room:
                        outer.append(node)
                        above, node = element, child
                        continue
                    self.cut = True
            node = node.next

    def _mark(self, element: Element, node: LexborNode, wanted: set[int]) -> None:
        if node.mem_id in wanted:
            wanted.remove(node.mem_id)
            self.marked[element] = node

    def open(self, node: LexborNode, around: Element | None) -> Element:
        """Add `node` alone; what is added next may be put into it, until something is added that is not."""
        element = Element(node.tag or "", node.attributes, around, len(self.nodes))
        self.nodes.append(element)
        self._open.append(element)
        return element

    def close(self, around: Element | None = None) -> None:
        """Close what is open, up to `around`."""
        while self._open and self._open[-1] is not around:
            self._open.pop().end = len(self.nodes)

    def wrap(self, groups: Iterable[list[Element]]) -> list[Element]:
        """Put each group, elements beside one another, into one new element with the first's names; return these."""
        group_at = {group[0].at: group for group in groups}
        whole: list[Element] = []
        moved: list[Element | str] = []
        new_at: list[int] = []
        for at, one in enumerate(self.nodes):
            new_at.append(len(moved))
            if (group := group_at.get(at)) is not None:
                first = group[0]
                names = {name: value for name, value in first.attributes.items() if name in {"id", "class"}}
                wrapper = Element("div", names, first.parent, at)
                wrapper.end = group[-1].end
                for member in group:
                    member.parent = wrapper
                whole.append(wrapper)
                moved.append(wrapper)
            moved.append(one)
        new_at.append(len(moved))
        for at, one in enumerate(moved):
            if isinstance(one, Element):
                one.at, one.end = at, new_at[one.end]
        self.nodes = moved
        return whole


def outermost(found: Iterable[Element]) -> list[Element]:
    """Return those of `found` that are in no other of them, each once, in page order."""
    kept: list[Element] = []
    for one in sorted(set(found), key=lambda one: one.at):
        if not kept or one.at >= kept[-1].end:
            kept.append(one)
    return kept
