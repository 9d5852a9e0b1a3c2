"""Names of files that other parts of the program look for. The list of all files is in `registry`."""

ANALYSIS = "analysis.json"
"""Written last: a folder with it is a folder of results."""
OVERVIEW = "overview.json"
REPORT_PAGE = "report.html"
ANNOTATED = "annotated.mp4"
PREVIEW = "preview.mp4"
RECORDING = "recording"
"""The recording itself, which the server offers beside the files of its results."""

NORMS = "norms.jsonl"
"""A line for each film of a study, to be added to norms."""

PANEL = "panel.json"
"""The answers of a study."""

MERGE_FORMATS = ("parquet", "csv", "xlsx")
"""The forms of the tables of many recordings."""
