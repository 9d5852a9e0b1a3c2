"""Where the texts of a document say a word that its glossary explains: each writer makes a link of it."""

from collections.abc import Sequence

from emoclassify.outputs.document.blocks import Content, Glossary
from emoclassify.words.glossary import Piece, pieces


class Links:
    """Finds the words of one document; one without a glossary has none."""

    def __init__(self, content: Content) -> None:
        glossaries = (block.items for block in content.blocks if isinstance(block, Glossary))
        self._places = {term.name: term.place for items in glossaries for term in items}
        self._lang = content.lang

    def of(self, *texts: str) -> list[list[Piece]]:
        """Each text in pieces: a part of it, and the place to which it links, or "".

        Args:
            texts: those of one block, in the order of reading: a word links where the block says it first.
        """
        linked_names: set[str] = set()
        return [self._pieces(text, linked_names) for text in texts]

    def of_rows(self, rows: Sequence[Sequence[str]]) -> list[list[list[Piece]]]:
        """The cells of a table in pieces; all of them are one block."""
        linked_names: set[str] = set()
        return [[self._pieces(cell, linked_names) for cell in cells] for cells in rows]

    def _pieces(self, text: str, linked_names: set[str]) -> list[Piece]:
        named = list(pieces(text, self._lang, self._places, linked_names))
        linked_names.update(name for _, name in named if name)
        return [(part, self._places.get(name, "")) for part, name in named]
