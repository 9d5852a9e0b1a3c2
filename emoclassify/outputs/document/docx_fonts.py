"""The fonts inside report.docx, so that it looks the same where the family is not installed.

Word wants them obfuscated (ECMA-376, part 1, 17.8.1): the first 32 bytes are combined with a key that stands beside.
"""

from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import qn

from emoclassify.design import FALLBACKS, FAMILY, font_path

EMBEDDED = {"embedRegular": "Regular", "embedBold": "Bold"}
"""Element of Word -> the weight of the family that it names. Word knows no other weights."""

_KIND = "application/vnd.openxmlformats-officedocument.obfuscatedFont"
_N_BYTES = 32
_FONT_ENTRY = (
    '<w:font xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" w:name="{name}">'
    '<w:altName w:val="{other}"/>{fonts}</w:font></w:fonts>'
)


def embed_fonts(document: Any) -> None:
    """Puts the family into a document of python-docx, and says what to take where a program ignores it."""
    (table,) = (part for part in document.part.package.iter_parts() if str(part.partname).endswith("fontTable.xml"))
    fonts = "".join(_embed(table, element, weight) for element, weight in EMBEDDED.items())
    entry = _FONT_ENTRY.format(name=FAMILY, other=FALLBACKS[0], fonts=fonts)
    table._blob = table.blob.replace(b"</w:fonts>", entry.encode("utf-8"))
    settings = document.settings.element
    settings.find(qn("w:zoom")).addnext(settings.makeelement(qn("w:embedTrueTypeFonts"), {}))


def _embed(table: Any, element: str, weight: str) -> str:
    """Adds the file of a weight; the element that refers to it."""
    key = uuid5(NAMESPACE_OID, f"{FAMILY}-{weight}")
    name = PackURI(f"/word/fonts/{FAMILY}-{weight}.odttf")
    part = Part(name, _KIND, obfuscated(font_path(weight).read_bytes(), key), table.package)
    relation = table.relate_to(part, RELATIONSHIP_TYPE.FONT)
    return f'<w:{element} r:id="{relation}" w:fontKey="{{{str(key).upper()}}}"/>'


def obfuscated(font: bytes, key: UUID) -> bytes:
    """The bytes of a font combined with a key; the same once more gives the font back."""
    pattern = int.from_bytes(key.bytes[::-1] * 2, "big")
    head = int.from_bytes(font[:_N_BYTES], "big") ^ pattern
    return head.to_bytes(_N_BYTES, "big") + font[_N_BYTES:]
