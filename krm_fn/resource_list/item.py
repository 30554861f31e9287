"""Item: one resource of the list, its text, and its data, read only when needed."""

from __future__ import annotations

from krm_fn.hosts import file_of, index_of
from krm_fn.resource_list.glance import escaped_words, has_escapes, plain_kind
from krm_fn.resource_list.identity import annotations_of, ref_of
from krm_fn.result import Result, scalar
from krm_fn.yaml_text.data import data_and_duplicate
from krm_fn.yaml_text.edit import Editor
from krm_fn.yaml_text.node import Sequence
from krm_fn.yaml_text.paths import shown_path
from krm_fn.yaml_text.quick_read import quick_read
from krm_fn.yaml_text.read import YamlError, pyyaml_read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from krm_fn.codes import Code
    from krm_fn.resource_list.anchors import Anchors
    from krm_fn.resource_list.layout import Span
    from krm_fn.resource_list.lists import Entry
    from krm_fn.yaml_text.node import Node


_SMALL = 20_000
"""Characters of a text of which the tree is kept: it takes a dozen times as much memory."""


class KeyTwiceError(YamlError):
    """A text that has a key twice in a mapping; what it means where the last one counts."""

    def __init__(self, problem: str, line: int, data: Any) -> None:
        super().__init__(problem, line)
        self.data = data


class Item:
    """A resource: its text as it came, and as it is now. Only what owns an edit sets `text`.

    It is a span of a whole text, which is read again only for the anchors of other items: the text of a file, which
    messages name, or of stdin where none is given.
    """

    def __init__(
        self,
        whole: bytes,
        span: tuple[int, int],
        file: str = "",
        entry: Entry | None = None,
        *,
        note: Callable[[Item], None] | None = None,
        scopes: dict[Span, Anchors] | None = None,
    ) -> None:
        """Take what it is a span of, what is called after each edit, and what the items of a text share: its anchors.

        These are by the span of the text in which they are found.
        """
        self.file = file
        self.entry = entry
        """Set where it is an entry of a list among the items."""
        self.removed = False
        self.is_edited = False
        self._whole = whole
        self._note = note
        self._scopes = {} if scopes is None else scopes
        self.span = span
        self._anchors: dict[str, Node] = {}
        self._kind = entry.kind if entry else None
        self._text: str | None = None
        self._escaped_words: str | None = None
        self._data: Any = None
        self._tree: Node | None = None
        """The tree of a text in plain style that was edited, or is small: the next editor's, to alter."""

    @property
    def original(self) -> bytes:
        """The bytes that came."""
        return self._whole[slice(*self.span)]

    @property
    def text(self) -> str:
        """The text as it is now. A YamlError where it is not UTF-8."""
        if self._text is None:
            try:
                self._text = self.original.decode()
            except UnicodeDecodeError as error:
                msg = "must be UTF-8"
                raise YamlError(msg) from error
        return self._text

    @text.setter
    def text(self, text: str) -> None:
        self._text = text
        self._data = self._tree = self._escaped_words = None
        self.is_edited = True
        if self._note:
            self._note(self)

    def restore(self) -> None:
        """Forget every edit."""
        self._text = self._data = self._tree = self._escaped_words = None
        self.is_edited = False
        if self._note:
            self._note(self)

    @property
    def output(self) -> bytes:
        """The bytes to write: those that came, unless the text was set."""
        return self.text.encode() if self.is_edited else self.original

    @property
    def is_changed(self) -> bool:
        """Whether other bytes are to be written than those that came: an edit may have been undone since."""
        return self.output != self.original

    @property
    def kind(self) -> str:
        """The kind; empty where the item cannot be read."""
        if self._kind is None:
            self._kind = plain_kind(self._whole, *self.span) or str(self.loose_data.get("kind") or "")
        return self._kind

    @property
    def data(self) -> dict[str, Any]:
        """The plain data. A YamlError where the text is no YAML mapping, or has a key twice."""
        if self._data is None:
            root = self._root()
            if self._escaped_words is None and self._has_escapes():
                self._escaped_words = escaped_words(self.text, root)
            data, twice = data_and_duplicate(root)
            if twice:
                path, second = twice
                msg = f'must have each key once, got "{shown_path(path)}" twice'
                raise KeyTwiceError(msg, self.text.count("\n", 0, second.start) + 1, data)
            if not isinstance(data, dict):
                msg = "must be a mapping"
                raise YamlError(msg)
            self._data = data
        data = self._data
        assert isinstance(data, dict)  # noqa: S101 # checked when it was set
        return data

    @property
    def readable_data(self) -> dict[str, Any]:
        """The plain data, empty where it cannot be had."""
        try:
            return self.data
        except YamlError:
            return {}

    @property
    def loose_data(self) -> dict[str, Any]:
        """The plain data also where a key is there twice, the last of which counts: enough to see what it is."""
        try:
            return self.data
        except KeyTwiceError as error:
            return error.data if isinstance(error.data, dict) else {}
        except YamlError:
            return {}

    def key_twice(self) -> str:
        """Return the problem of a key that is there twice, with its path and line; empty where there is none."""
        try:
            self.data  # noqa: B018 # reading it is the check
        except KeyTwiceError as error:
            return f"{error.problem}{self.place_of(error)}"
        except YamlError:
            pass
        return ""

    def editor(self, *, with_anchors: bool = False) -> Editor:
        """Return an editor of the text as it is now, with the anchors of earlier items if used or required."""
        self.data  # noqa: B018 # fills the anchors, and refuses what cannot be read
        if with_anchors:  # an alias that comes back has its anchor there
            self._anchors = self._anchors_before(None)
        tree, self._tree = self._tree, None
        return Editor(self.text, self._anchors, root=tree, data=self._data)

    def take(self, editor: Editor) -> None:
        """Set the text to what an editor of it made, once that is proven to mean what was meant."""
        self.accept(editor.finish(), editor)

    def accept(self, text: str, editor: Editor) -> None:
        """Set the text to what an editor of it has proven."""
        self.text = text
        self._data, self._tree = editor.data, editor.plain_root

    def as_it_came(self) -> Item:
        """Return the item without any edit."""
        return Item(self._whole, self.span, self.file, self.entry, scopes=self._scopes)

    @property
    def holder(self) -> Item:
        """The list among the items that holds it, as it was read; or itself."""
        return Item(self._whole, self.entry.whole, self.file) if self.entry else self

    @property
    def file_annotations(self) -> dict[str, Any]:
        """The annotations in which hosts name its file: those of the list that holds it, else its own."""
        held = self.entry.file_annotations if self.entry else {}
        return held if file_of(held) else annotations_of(self.loose_data)

    @property
    def place(self) -> str:
        """The path of the file that it is from, as it was read or as a host says; empty where nobody names one."""
        return self.file or file_of(self.file_annotations)

    @property
    def anchor_scope(self) -> tuple[int, int]:
        """The span of the whole text in which an alias finds its anchor: all of stdin, of a file its document."""
        document = self.entry.whole if self.entry else self.span
        return document if self.file else (0, len(self._whole))

    @property
    def first_line(self) -> int:
        """The number, from 1, of the item's first line in the whole text."""
        return self._whole.count(b"\n", 0, self.span[0]) + 1

    def place_of(self, error: YamlError) -> str:
        """Return where in its text an error of this item is, as a message has it; where no line is known, its first."""
        whole = self.file or "stdin"
        if error.line is None:
            return f" (in what starts at line {self.first_line} of {whole})"
        return f" (line {self.first_line + error.line - 1} of {whole})"

    def result(
        self,
        code: Code,
        path: str,
        message: str,
        *,
        current: Any = None,
        proposed: Any = None,
    ) -> Result:
        """Return a result about a field, with the file the item was read from or the host says it is from.

        Values that are no scalars are left out.
        """
        annotations = self.file_annotations
        return Result(
            code=code,
            message=message,
            ref=ref_of(self.loose_data),
            path=path,
            current_value=scalar(current),
            proposed_value=scalar(proposed),
            file=self.file or file_of(annotations),
            index=index_of(annotations),
        )

    def mentions(self, word: str) -> bool:
        """Return whether a word without blanks occurs in the text, whatever escapes write it; an empty one does not.

        A text without escapes is not read as YAML.
        """
        is_written = word in self.text if self.is_edited else self._whole.find(word.encode(), *self.span) >= 0
        return bool(word) and (is_written or word in self.words_of_escapes())

    def words_of_escapes(self) -> str:
        """Return what the scalars mean in which escapes may write a word, one behind the other."""
        if self._escaped_words is None:
            data = self.output.decode(errors="replace") if self._has_escapes() else ""
            self._escaped_words = escaped_words(data, self._tree) if data else ""
        return self._escaped_words

    def _has_escapes(self) -> bool:
        if not self.is_edited:
            return has_escapes(self._whole, *self.span)
        return has_escapes(self.output, 0, len(self.output))

    def _anchors_before(self, names: Iterable[str] | None) -> dict[str, Node]:
        """Return the anchors that earlier items define: of some names, or all."""
        scope = self.anchor_scope
        if scope not in self._scopes:
            from krm_fn.resource_list.anchors import Anchors  # noqa: PLC0415 # few have aliases

            self._scopes[scope] = Anchors(self._whole[slice(*scope)])
        return self._scopes[scope].before(self.span[0] - scope[0], names)

    def _root(self) -> Node:
        root = quick_read(self.text)
        if root:
            self._tree = root if len(self.text) < _SMALL else None
        else:
            root = pyyaml_read(self.text, self._anchors)
            if not self._anchors and "*" in self.text:
                from krm_fn.resource_list.anchors import loose_aliases  # noqa: PLC0415 # few have aliases

                names = loose_aliases(root)
                if names:
                    self._anchors = self._anchors_before(names)
                    root = pyyaml_read(self.text, self._anchors)
        return root.items[0] if isinstance(root, Sequence) and len(root.items) == 1 else root
