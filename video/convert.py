"""Makes the networks that find and read faces run without torch: converted for OpenVINO, the same bytes each time."""

from pathlib import Path

from emoclassify.faces import expressions, mtcnn
from emoclassify.networks import convert, models

EMBEDDED = models.expression_model().path


def convert_model(folder: Path) -> None:
    """Writes the converted network of an expression model into its folder; of the embedded one MTCNN's too.

    Raises:
        ModelError: there is no such model, or it is damaged.
        OSError: it cannot be written.
    """
    convert.ship(expressions.read_original(folder), expressions.converted_network(folder), precise=False)
    if folder.resolve() == EMBEDDED:
        for name in mtcnn.NETWORKS:
            convert.store(convert.converted(mtcnn.read_original(name), precise=True), mtcnn.converted_network(name))
        models.record_checksums()
