"""The respondent's page: what it says and asks, in which order films are shown, how the camera is checked."""
