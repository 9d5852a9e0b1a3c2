"""What draws is loaded without its manual."""

import subprocess
import sys

import pytest

WRITTEN = """
from emoclassify.outputs.charts.loading import load_matplotlib
load_matplotlib()
from matplotlib import artist
from matplotlib.lines import Line2D
print("solid_capstyle" in Line2D.set.__doc__, "solid_capstyle" in artist.kwdoc(Line2D))
load_matplotlib()
print("solid_capstyle" in artist.kwdoc(Line2D))
"""


@pytest.mark.process
def test_no_list_of_properties_is_written_at_import_and_who_asks_later_gets_one() -> None:
    done = subprocess.run([sys.executable, "-c", WRITTEN], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "True", "True"]
