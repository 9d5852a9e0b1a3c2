"""Files of Word and PowerPoint are ZIP archives: written without the time at which they are made."""

import re
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

_EARLIEST_DATE = (1980, 1, 1, 0, 0, 0)  # that a ZIP archive can hold
_MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_EARLIEST_MOMENT = rb"\g<1>1980-01-01T00:00:00Z"
_WORKBOOK = ".xlsx"
_COMPRESSED = (".png", ".jpg", ".jpeg", _WORKBOOK)
"""Parts that would not get smaller."""


def without_dates(content: bytes) -> bytes:
    """The bytes of an archive, its entries dated to 1980, so that the same report is the same file.

    A workbook in it, which holds the numbers of a chart, tells the time in its properties too.
    """
    copy_file = BytesIO()
    with ZipFile(BytesIO(content)) as archive, ZipFile(copy_file, "w") as copy:
        for name in archive.namelist():
            part = archive.read(name)
            if name.endswith(_WORKBOOK):
                part = _workbook_without_dates(part)
            is_small = name.endswith(_COMPRESSED)
            copy.writestr(ZipInfo(name, _EARLIEST_DATE), part, ZIP_STORED if is_small else ZIP_DEFLATED)
    return copy_file.getvalue()


def _workbook_without_dates(content: bytes) -> bytes:
    copy_file = BytesIO()
    with ZipFile(BytesIO(content)) as archive, ZipFile(copy_file, "w") as copy:
        for name in archive.namelist():
            part = archive.read(name)
            if name == "docProps/core.xml":
                part = _MOMENT.sub(_EARLIEST_MOMENT, part)
            copy.writestr(ZipInfo(name, _EARLIEST_DATE), part, ZIP_DEFLATED)
    return copy_file.getvalue()
