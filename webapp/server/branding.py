"""The brand of the page: whose name, logo, footer and colours it has, from a folder on the page's server."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from emoclassify.declared import read_environment
from emoclassify.outputs.document.brand import Brand, describe_brand
from emoclassify.settings import options_of

PRODUCT = "EmoClassify"
"""The name of the page where it has no brand."""


@dataclass(frozen=True)
class PageBrand:
    """Whose page it is.

    Attributes:
        brand: name, footer and colours.
        logo_path: the file of the logo, which browsers get as it is; None where there is none.
    """

    brand: Brand
    logo_path: Path | None

    @property
    def name(self) -> str:
        """The name in the title of the page."""
        return self.brand.name or PRODUCT


def page_brand() -> PageBrand:
    """The brand that EMOCLASSIFY_BRAND names, the setting that the reports of a server have theirs from.

    Raises:
        UsageError: the folder holds no brand, or one that cannot be used.
    """
    option = next(option for option in options_of() if option.name == "brand")
    return _brand_in(read_environment([option]).get(option.name, ""))


@cache
def _brand_in(folder: str) -> PageBrand:
    return PageBrand(*describe_brand(folder))
