"""The texts on waves and days: name -> English; `english_studies.STUDIES` has them too."""

WAVES = {
    "waves_head": "Waves on one axis",
    "waves_days": "Days on one axis",
    "waves_wave": "Wave",
    "waves_day": "Day",
    "waves_people": "People",
    "waves_mean": "Mean",
    "waves_interval": "95-percent interval",
    "waves_span": "{low} to {high}",
    "waves_chart": "The mean of “{measure}” by waves, as in the table below",
    "waves_help": "Found by looking, not planned: each wave is compared with the one before, its p corrected for all "
    "steps. Where most people are in both waves, each is compared with themselves. A wave of fewer than five people "
    "is not told.",
}
