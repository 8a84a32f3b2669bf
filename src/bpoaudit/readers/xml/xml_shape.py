"""The shape of an XML document: which elements it has, which repeat, and what its fields are called."""

from __future__ import annotations

from bpoaudit.errors import UnreadableSource
from bpoaudit.readers.text_file import TextFile
from bpoaudit.readers.xml.xml_events import parse

ROOT = "text"
"""Field of the text that stands directly in the outermost element."""
BEYOND = "*"
"""Field of the values, and of the names of their elements, once there are more than fields should be."""

_MAX_NODES = 10_000
_MAX_PATH = 1_000


class Node:
    """An element, or an attribute, as often as it occurs under the same path. `repr` shows no content."""

    __slots__ = (
        "above",
        "around",
        "beyond",
        "children",
        "label",
        "labels",
        "mixed",
        "parent",
        "path",
        "record",
        "repeats",
        "size",
    )

    def __init__(self, label: str, above: Node | None, *, beyond: bool = False) -> None:
        self.label = label
        """Its name without the prefix; two of one name in different namespaces are `id` and `id_2`."""
        self.above = above
        self.children: dict[str, Node] = {}
        self.labels: dict[str, int] = {}
        """Of its children, with the number that each was given last."""
        self.parent = -1
        """The element in which it was seen last, by number."""
        self.repeats = False
        """Some element holds it more than once."""
        self.mixed = False
        """It holds text and elements side by side."""
        self.beyond = beyond
        """It stands for all elements that are one too many."""
        self.path = ""
        """Its field; the record's own element and all around it are named without `[*]`."""
        self.size: int = len(label) + (above.size + 4 if above else 0)
        """Characters that the path may have."""
        self.record = False
        """Each of its elements is a record: no other element around it repeats."""
        self.around = False
        """Records lie inside it."""

    def __repr__(self) -> str:
        return f"Node({len(self.children)})"


class Shape:
    """All elements of a document, from a first reading. `repr` shows no content."""

    def __init__(self) -> None:
        self.root = Node("", None)
        """Stands around the document."""
        self.limited = False
        """There were more elements than are told apart, or too long names."""
        self._nodes = 0

    def __repr__(self) -> str:
        return f"Shape({self._nodes})"

    def child(self, node: Node, name: str) -> Node:
        """Return the node of an element `name`, or an attribute `@name`, inside another."""
        if (known := node.children.get(name)) is not None:
            return known
        if node.beyond:
            return node
        self._nodes += 1
        if self._nodes > _MAX_NODES or node.size + len(name) > _MAX_PATH:
            self.limited = True
            known = node.children.get(BEYOND) or Node(BEYOND, node, beyond=True)
            node.children[BEYOND] = known
            return known
        mark, local = ("@", name[1:]) if name.startswith("@") else ("", name)
        base = mark + local.rpartition(":")[2]
        times = node.labels.get(base, 0) + 1
        label = base if times == 1 else f"{base}_{times}"
        while label in node.labels:
            times += 1
            label = f"{base}_{times}"
        node.labels[base] = times
        node.labels.setdefault(label, 1)
        known = node.children[name] = Node(label, node)
        return known

    def settle(self) -> None:
        """Name the fields, once everything was seen."""
        waiting = [(child, False) for child in self.root.children.values()]
        while waiting:
            node, in_record = waiting.pop()
            above = node.above
            assert above is not None
            node.record = node.repeats and not in_record
            outer: Node | None = above
            while node.record and outer is not None and not outer.around:
                outer.around, outer = True, outer.above
            ending = "[*]" if node.repeats and in_record else ""
            # The outermost element goes without saying.
            node.path = f"{above.path}.{node.label}{ending}".removeprefix(".") if above.above else ""
            waiting += [(child, in_record or node.record) for child in node.children.values()]


def survey(file: TextFile) -> Shape:
    """Read the whole document once for its shape; one that is broken has the shape of what comes before."""
    seen = _Survey()
    try:
        for _ in parse(file, seen):
            pass
    except UnreadableSource:
        pass  # whoever reads the document meets the fault again, and says it
    seen.shape.settle()
    return seen.shape


class _Survey:
    """What a first reading notes."""

    def __init__(self) -> None:
        self.shape = Shape()
        self._open = [_Open(self.shape.root, 0)]
        self._elements = 0

    def start(self, name: str, attributes: list[str]) -> None:
        """Note whether an element is the second of its name in the one around it."""
        around = self._open[-1]
        around.holds = True
        node = self.shape.child(around.node, name)
        if node.parent == around.number and not node.beyond:
            node.repeats = True
        node.parent = around.number
        self._elements += 1
        self._open.append(_Open(node, self._elements))
        for attribute in attributes[::2]:
            self.shape.child(node, f"@{attribute}")

    def end(self) -> None:
        """Note whether text and elements stood side by side."""
        element = self._open.pop()
        if element.holds and element.says and not element.node.beyond:
            element.node.mixed = True

    def text(self, text: str) -> None:
        """Note that there was some."""
        if not self._open[-1].says:
            self._open[-1].says = not text.isspace()

    def aside(self, kind: str, text: str) -> None:
        """Comments have no shape."""


class _Open:
    """An element that has begun."""

    __slots__ = ("holds", "node", "number", "says")

    def __init__(self, node: Node, number: int) -> None:
        self.node = node
        self.number = number
        self.holds = self.says = False
