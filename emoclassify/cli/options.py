"""Options that several commands have."""

import argparse

from emoclassify.words.texts import LANGUAGES


def add_analysis_options(parser: argparse.ArgumentParser) -> None:
    """What is to be looked for, and how."""
    parser.add_argument(
        "--double-check", action="store_true", default=None, help="read the voice too; compare it with the face"
    )
    parser.add_argument(
        "--echo-mean",
        action="store_true",
        default=None,
        help="read the voice too; tell the mean emotion of the whole recording: faces, voice and both",
    )
    add_outputs(parser)
    rate = parser.add_mutually_exclusive_group()
    rate.add_argument("--sample-fps", type=float, metavar="N", help="frames looked at a second (default 5)")
    rate.add_argument("--every", type=int, metavar="N", help="look at every Nth frame instead")
    parser.add_argument(
        "--faces", choices=("largest", "all"), help="the main person, or every person (default largest)"
    )
    parser.add_argument(
        "--min-face",
        type=float,
        metavar="SHARE",
        help="smallest face, as a share of the frame's shorter side (default 0.08)",
    )
    parser.add_argument(
        "--expression-model",
        metavar="DIR_OR_NAME",
        help="another image classification model: a folder in Hugging Face form, or a name that `models fetch` fetched",
    )


def add_outputs(parser: argparse.ArgumentParser) -> None:
    """What is to be made of what was found."""
    parser.add_argument("--graph", action="store_true", default=None, help="draw the charts, as PNG and SVG")
    parser.add_argument("--xlsx", action="store_true", default=None, help="write the tables as report.xlsx too")
    parser.add_argument(
        "--csv-excel",
        action="store_true",
        default=None,
        help="CSV files for Excel: byte order mark, semicolons, and with --lang ru decimal commas",
    )
    parser.add_argument(
        "--annotate", action="store_true", default=None, help="draw what was found into the video: annotated.mp4"
    )
    parser.add_argument(
        "--anonymize",
        action="store_true",
        default=None,
        help="cover every face that was found in the annotated video; no stills in the report",
    )
    parser.add_argument(
        "--report", metavar="FORMATS", help="write a report: docx, pdf, html, or several separated by commas"
    )
    parser.add_argument("--lang", choices=LANGUAGES, help="language of the outputs (default en)")


def add_place(parser: argparse.ArgumentParser) -> None:
    """Where the networks run."""
    parser.add_argument(
        "--runtime", choices=("auto", "torch", "openvino"), help="what runs the networks (default auto: the fastest)"
    )
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), help="where the networks run (default auto)")
