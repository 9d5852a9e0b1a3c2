"""The texts of the live view (see `english`)."""

LIVE = {
    "live_title": "Live",
    "live_lead": "What your face shows at this moment. Pictures are read on this server and not kept; these figures "
    "are for looking only. For results, record and have the recording analyzed.",
    "live_camera": "Switch the camera on",
    "live_file": "Open a film",
    "live_stop": "Stop",
    "live_record": "Record",
    "live_record_stop": "Stop recording and analyze",
    "live_no_camera": "There is no picture. Allow this page to use the camera, and close other programs that use it; "
    "of a film, take one that your browser plays.",
    "live_no_https": "This address is not a secure one (https), so the browser gives no camera. A film can be opened "
    "all the same.",
    "live_busy": "Too many people are watching live at the moment. This page tries again by itself.",
    "live_away": "The server does not answer at the moment. This page tries again by itself.",
    "live_speed": "{n} pictures a second, each shown {ms} ms after it was taken",
    "live_minute": "The last minute",
    "live_sent": "The recording was sent: to its result",
    "live_not_sent": "The recording could not be sent: the analysis service does not answer.",
    "live_leading": "Leading: {emotion}",
    "live_nothing": "No emotion leads",
    "live_idle": "Nothing is being read",
    "live_absent": "The live view is not here: this page runs without the models (pip install emoclassify beside it).",
    "live_back": "To the recordings",
    "live_no_face": "No face is seen",
    "live_cut_off": "The face is cut by the edge",
    "live_small": "The face is too small: come nearer",
    "live_dark": "It is too dark",
    "live_bright": "It is too bright",
    "live_blurred": "The picture is blurred",
    "live_turned": "The head is turned away",
    "live_mouth_covered": "Something covers the mouth",
}
