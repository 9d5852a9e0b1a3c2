"""The words of the figures in English, for page and report: `term_NAME` is a word, `meaning_NAME` what it means."""

TERMS = {
    "term_positive": "Positive",
    "meaning_positive": "Happy and surprise together, as marketers use the word. Surprise may be pleasant or not: it "
    "is told apart as a part of it. Whoever runs an analysis may put other emotions into the "
    "groups.",
    "term_neutral": "Neutral",
    "meaning_neutral": "No other emotion leads: the face is at rest.",
    "term_negative": "Negative",
    "meaning_negative": "Angry, disgust, fear and sad together.",
    "term_valence": "Valence",
    "meaning_valence": "One number for pleasant or not, from \N{MINUS SIGN}1 to +1: happy minus angry, disgust, fear "
    "and sad. Surprise is left out of it, so positive can be high where valence is low.",
    "term_score": "Score",
    "meaning_score": "What the program gives an emotion at one moment, from 0 to 1; all seven add up to 1. It says "
    "how clearly a face looks like that emotion to the program, not how strongly a person feels "
    "it.",
    "term_readable": "Readable time",
    "meaning_readable": "The time in which the face is seen well enough to be read. Shares of emotions are shares of "
    "it and add up to 100 percent. How much of the recording it is stands beside them.",
    "term_gap": "Gap",
    "meaning_gap": "A time without a readable face, or of a voice without speech. It is hatched, counts for "
    "nothing, and is never filled in.",
    "term_line": "Bold and thin line",
    "meaning_line": "The thin line is what was read; the bold one is smoothed, so that single wrong moments do "
    "not mislead. Key moments are looked for on the bold line.",
    "term_moment": "Key moment",
    "meaning_moment": "A peak or a turn of the valence that stands out from the recording's own ups and downs. "
    "Often there is none: that is an honest answer. It says that something happened in the face; "
    "why, only the person can tell.",
    "term_usable": "Usable",
    "meaning_usable": "Whether the recording says enough about its person: from 70 percent of readable time on usable, "
    "from 40 on in part. What stands against it is told with it. A recording that is not usable has no headline.",
    "term_agreement": "Agreement",
    "meaning_agreement": "Whether face and voice are on the same side in a stretch of speech: positive, negative, "
    "neutral or surprise. It is told as a number only where it is more than chance would give.",
    "term_unknown": "Cannot tell",
    "meaning_unknown": "A model is not sure enough, or something is missing. That is better than a guess.",
}

NAMES = tuple(name.removeprefix("term_") for name in TERMS if name.startswith("term_"))
"""The words, in the order of reading."""

TITLE, LEAD = "What the words mean", "What these words mean:"
"""The heading above all of them, and what leads to links to some."""
