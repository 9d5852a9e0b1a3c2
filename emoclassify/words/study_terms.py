"""The words that studies alone have, in English: what each means, and where a text says it, for `glossary`."""

STUDY_TERMS = {
    "term_panel": "Panel",
    "meaning_panel": "The people whose viewings of a film count. Each counts once: several viewings of one person are "
    "averaged first.",
    "term_points": "Points",
    "meaning_points": "Hundredths of the scale of a measure: from 0.20 to 0.29 is 9 points. They are no percent of "
    "the people.",
    "term_share": "Share of the people",
    "meaning_share": "How many of the people who are seen are above the limit that the plan names. It says how many "
    "show something, the mean how much.",
    "term_interval": "95-percent interval",
    "meaning_interval": "Other people would have given other figures. In 95 of 100 such studies the interval holds "
    "the figure of all the people they stand for. Read it before the figure itself.",
    "term_band": "Band",
    "meaning_band": "An interval of the whole curve at once: in 95 of 100 panels the true curve lies inside from the "
    "first moment to the last. There is none below 12 people.",
    "term_p": "p, and Holm's correction",
    "meaning_p": "How often people who do not differ at all would come as far by chance. Who asks often finds "
    "something by chance alone; after Holm's correction a plan tells something wrong in 5 of 100 studies at most.",
    "term_effect": "Effect size",
    "meaning_effect": "The difference in standard deviations of the people: d where each is compared with "
    "themselves, g of different people. Large does not mean important.",
    "term_planned": "Asked beforehand, found by looking",
    "meaning_planned": "A question that stood in the plan before anybody saw a figure has an answer. What is found "
    "by looking, or in scenes that were changed afterwards, is an idea for a test with other people.",
    "term_untold": "Cannot tell",
    "meaning_untold": "The test allows no answer: too few people, too much that could not be read, or a difference "
    "that may be chance. It is not “no difference”.",
    "term_rest": "The rest of the film",
    "meaning_rest": "All of the film but the scene. Each person's mean in the scene is held against their own in the "
    "rest, so that usual faces do not count.",
    "term_peak": "When a curve is highest",
    "meaning_peak": "The half second in which the panel's mean is highest, and from when to when other panels would "
    "have it. A wide span is no moment.",
    "term_impact": "Impact",
    "meaning_impact": "The mean of the highest and of the last five seconds of the panel's mean curve: what people "
    "are said to remember.",
    "term_synchrony": "Synchrony",
    "meaning_synchrony": "The median of the people's correlations with all others over time: whether they move "
    "together.",
    "term_reliability": "Reliability",
    "meaning_reliability": "The correlation with the curve of another panel of this size. Below 0.8 a curve is not "
    "to be read by moments.",
}
"""As `glossary.TERMS`, in the order of reading."""

STUDY_SPELLINGS = {
    "panel": "panel|panels",
    "points": "points|point",
    "share": "share|shares|share of the people",
    "interval": "interval|intervals",
    "band": "band|bands",
    "p": "Holm|Holm's correction|p (Holm)",
    "effect": "effect|effect size",
    "planned": "asked beforehand|found by looking|exploratory|planned",
    "untold": "cannot tell",
    "rest": "the rest of the film|in the rest|a scene against the rest",
    "peak": "highest at|mean highest at|peak",
    "impact": "impact",
    "synchrony": "synchrony",
    "reliability": "reliability",
}
"""As `glossary.SPELLINGS`."""
