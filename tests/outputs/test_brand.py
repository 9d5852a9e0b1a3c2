"""A brand: name, footer, colours and logo are in report and slides; one that cannot be used is refused in one line."""

from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from PIL import Image
from pptx import Presentation
from pypdf import PdfReader

from emoclassify.cli import main
from emoclassify.errors import UsageError
from emoclassify.outputs.document.brand import PLAIN, read_brand
from emoclassify.outputs.folder import write_results
from emoclassify.settings import Options
from tests.support.findings import with_a_gap

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="50"><rect width="200" height="50" fill="red"/></svg>'
)
TOML = 'name = "House <b>"\nfooter = "Confidential & ours"\n[colours]\naccent = "#AA0000"\nink = "#003300"\n'


@pytest.fixture
def brand(tmp_path: Path) -> Path:
    folder = tmp_path / "brand"
    folder.mkdir()
    (folder / "brand.toml").write_text(TOML, encoding="utf-8")
    (folder / "logo.svg").write_text(DRAWING, encoding="utf-8")
    return folder


def test_a_drawing_is_a_logo_as_sharp_as_a_picture(brand: Path) -> None:
    logo = brand / "read.png"
    logo.write_bytes(read_brand(str(brand)).logo)
    with Image.open(logo) as image:
        assert image.size == (900, 225)
        assert image.convert("RGB").getpixel((450, 100)) == (255, 0, 0)


@pytest.mark.usefixtures("blank_charts")
def test_report_and_slides_carry_the_brand(tmp_path: Path, brand: Path) -> None:
    write_results(with_a_gap(), tmp_path / "out", Options(report="docx,pdf,html,pptx", brand=str(brand)))
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<footer>Confidential &amp; ours</footer>" in page
    assert 'alt="House &lt;b&gt;"' in page
    assert "--brand: #AA0000" in page
    pages = PdfReader(tmp_path / "out" / "report.pdf").pages
    assert all("Confidential & ours" in page.extract_text() for page in pages)
    assert pages[0].images
    document = docx.Document(str(tmp_path / "out" / "report.docx"))
    assert document.core_properties.author == "House <b>"
    assert "Confidential & ours" in document.sections[0].footer.paragraphs[0].text
    assert str(document.styles["Heading 1"].font.color.rgb) == "003300"
    presentation = Presentation(str(tmp_path / "out" / "report.pptx"))
    for slide in presentation.slides:
        assert "Confidential & ours" in [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    assert "Logo" in [shape.name for shape in presentation.slide_master.shapes]


def test_without_a_folder_there_is_no_brand() -> None:
    assert read_brand("") == PLAIN


def without_files(folder: Path) -> None:
    (folder / "brand.toml").unlink()
    (folder / "logo.svg").unlink()


def toml(text: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / "brand.toml").write_text(text, encoding="utf-8")

    return write


def damaged_logo(folder: Path) -> None:
    (folder / "logo.svg").unlink()
    (folder / "logo.png").write_bytes(b"GIF89a")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (without_files, "holds no brand"),
        (toml("name = "), "cannot be used for a brand"),
        (toml('slogan = "x"'), "slogan is no field of a brand; these are: name, footer"),
        (toml('footer = "a\\nb"'), "footer must be one line"),
        (toml('[colours]\nink = "#EEEEEE"'), "ink must be a colour"),
        (toml('[colours]\naccent = "red"'), "accent must be a colour"),
        (damaged_logo, "logo.png cannot be used"),
    ],
)
def test_a_brand_that_cannot_be_used_is_refused(brand: Path, spoil: Callable[[Path], None], message: str) -> None:
    spoil(brand)
    with pytest.raises(UsageError, match=message):
        read_brand(str(brand))


def test_the_command_line_refuses_it_before_anything_is_analyzed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.mp4").write_bytes(b"")
    given = ["analyze", str(tmp_path / "a.mp4"), "--out", str(tmp_path / "out"), "--brand", str(tmp_path / "none")]
    assert main(given) == 2
    assert "holds no brand" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
