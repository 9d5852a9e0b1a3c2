"""Tiers as ELAN opens them (EAF 3.0, an XML file): a tier for each person, the voice, and their comparison.

Source: the schema EAFv3.0.xsd at mpi.nl/tools/elan.
"""

from collections.abc import Sequence
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

from emoclassify.analysis import Analysis
from emoclassify.outputs.formats.clock import milliseconds
from emoclassify.outputs.formats.stretches import Label, Tier, face_tiers, voice_tiers, word_tiers

_TYPE = "default-lt"
_SCHEMA = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"
_SCHEMA_ATTRIBUTE = "{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation"
_UNKNOWN_DATE = "1970-01-01T00:00:00Z"  # of results of older versions: the schema wants one


def write_eaf(analysis: Analysis, path: Path) -> None:
    """Writes emotions.eaf, in the language of the options; it points to the recording in the same folder."""
    lang = analysis.options.lang
    tiers = [*face_tiers(analysis, lang), *voice_tiers(analysis, lang), *word_tiers(analysis)]
    root = ElementTree.Element(
        "ANNOTATION_DOCUMENT",
        {
            "AUTHOR": "EmoClassify",
            "DATE": analysis.analyzed_at or _UNKNOWN_DATE,
            "FORMAT": "3.0",
            "VERSION": "3.0",
            _SCHEMA_ATTRIBUTE: _SCHEMA,
        },
    )
    _add_header(root, analysis.source.name)
    slots = ElementTree.SubElement(root, "TIME_ORDER")
    for tier in tiers:
        _add_tier(root, slots, tier)
    ElementTree.SubElement(
        root,
        "LINGUISTIC_TYPE",
        {"LINGUISTIC_TYPE_ID": _TYPE, "TIME_ALIGNABLE": "true", "GRAPHIC_REFERENCES": "false"},
    )
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(path, encoding="UTF-8", xml_declaration=True)


def _add_header(root: ElementTree.Element, name: str) -> None:
    header = ElementTree.SubElement(root, "HEADER", {"MEDIA_FILE": "", "TIME_UNITS": "milliseconds"})
    address = "./" + quote(name, safe="")
    mime = guess_type(name)[0] or "application/octet-stream"
    ElementTree.SubElement(
        header, "MEDIA_DESCRIPTOR", {"MEDIA_URL": address, "MIME_TYPE": mime, "RELATIVE_MEDIA_URL": address}
    )


def _add_tier(root: ElementTree.Element, slots: ElementTree.Element, tier: Tier) -> None:
    element = ElementTree.SubElement(root, "TIER", {"LINGUISTIC_TYPE_REF": _TYPE, "TIER_ID": tier.name})
    n_earlier = len(slots) // 2
    for number, (start_ms, end_ms, label) in enumerate(_in_milliseconds(tier.labels), start=n_earlier + 1):
        references = {}
        for side, time_ms in (("1", start_ms), ("2", end_ms)):
            slot = f"ts{2 * (number - 1) + int(side)}"
            ElementTree.SubElement(slots, "TIME_SLOT", {"TIME_SLOT_ID": slot, "TIME_VALUE": str(time_ms)})
            references[f"TIME_SLOT_REF{side}"] = slot
        annotation = ElementTree.SubElement(element, "ANNOTATION")
        aligned = ElementTree.SubElement(
            annotation, "ALIGNABLE_ANNOTATION", {"ANNOTATION_ID": f"a{number}"} | references
        )
        ElementTree.SubElement(aligned, "ANNOTATION_VALUE").text = label.text


def _in_milliseconds(labels: Sequence[Label]) -> list[tuple[int, int, Label]]:
    """Start, end and label, those left out that would last no millisecond."""
    rows = [(milliseconds(label.span.start_s), milliseconds(label.span.end_s), label) for label in labels]
    return [row for row in rows if row[0] < row[1]]
