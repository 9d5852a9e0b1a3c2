"""The messages of studies that keep scores and no recordings (see `messages`)."""

SCORES_NOTES = {
    "scores_only": "Read picture by picture while somebody watched; no recording was kept. So there is no video, no "
    "voice and no still, and nothing can be read anew.",
}

SCORES_FAILURES = {
    "scores_damaged": "The scores that the page sent are damaged.",
}

SCORES_REFUSALS = {
    "scores_unfit": "This study keeps scores and nothing else: a piece may have readings only.",
    "recording_expected": "This study takes recordings, and reads no single pictures.",
}
