"""What the program says of a recording, a result or a request, in the reader's language.

Errors and notes are made in English, where they happen, and kept so in results and in the database. Whoever shows one
finds here which text it was made from, and that text's translation.
"""

import re

from emoclassify.job_states import SHOWN
from emoclassify.words.texts import decimals, translation

NOTES = (
    "The recording has no picture: only the voice was read.",
    "No face was found in the {n} frames looked at.",
    "The recording has no sound: face and voice cannot be compared.",
    "The recording has no sound: there is no voice to tell an emotion of.",
    "The recording has no moving picture: there is no annotated video.",
    "No speech was found in the sound.",
    "Cover art in the file is not taken for a video.",
    "No frame of the picture can be decoded.",
    *(
        text.replace("WHAT", what)
        for what in ("picture", "sound")
        for text in (
            "The WHAT ends at {end} s; the file's header says {header} s.",
            "{n} damaged packets of the WHAT were skipped.",
            "{n} frames of the WHAT carry no timestamp; theirs follow from the frame rate.",
            "{n} frames of the WHAT go back in time and were skipped.",
            "The clock of the WHAT starts anew {n} times; the pieces follow each other here.",
            "The WHAT could not be read beyond {end} s.",
            "The file has {n} WHAT streams; stream {stream} was taken.",
        )
    ),
    "{model} does not know {emotions}: their score is always 0.",
    "{model} also scores {labels}: left out, the other scores add up to 1.",
)
"""What an analysis tells as warnings."""

FAILURES = (
    "There is no such file.",
    "This is not a file.",
    "The file cannot be opened: {why}.",
    "The file is empty (0 bytes).",
    "The file does not open as a recording of a known format ({why}).",
    "The file holds neither picture nor sound that can be decoded.",
    "The picture is {width} x {height} pixels; at most {most} are read.",
    "A frame of {width} x {height} pixels; at most {most} are read.",
    "The file changed while it was read; analyze it again when it is complete.",
    "The process that read the recording was stopped; the others go on.",
    "The process that read the recording was killed (out of memory, or by hand); the others go on.",
    "The process that read the recording crashed ({signal}); the others go on.",
    "The process that read the recording ended with status {status}; the others go on.",
    "Unexpected error, please report it (EMOCLASSIFY_DEBUG=1 shows more): {error}.",
    "{file} cannot be written: {why}.",
    "{file} cannot be set: {why}.",
    "The annotated video is made from the recording: give it too.",
    "The recording has no moving picture to draw in.",
    "The upload is gone from the storage.",
    "This worker knows no jobs of the kind {kind}.",
    "The results cannot be stored: {why}.",
    "The analysis took longer than {limit} s and was ended.",
    "The analysis took {used} MB of memory, more than {limit}, and was ended.",
    "This analysis has schema {found}, this program reads {wanted}; analyze again.",
    "The analysis is damaged ({why}); analyze the recording again.",
)
"""Why a recording was not analyzed, or its result cannot be shown."""

OF_MODELS = (
    "No checksum is recorded for the model '{model}' ({path}).",
    "The model '{model}' lacks {path}; install or fetch it again.",
    "{path} is not the file of the model '{model}'; install or fetch it again.",
    "{path} cannot be read as the record of a model's scores ({why}).",
    "{path}: this file of a model cannot be read ({why}).",
    "No folder {path}, and no model of that name was fetched: emoclassify models fetch {model}",
    "The package {package} is not installed: pip install -r requirements.txt",
    "{path}: no such folder; {needed}",
    "{path}: {files} missing; {needed}",
    "{path}: cannot be loaded ({why}); {needed}",
    "{path}: {file} does not name its labels (id2label); {needed}",
    "{model}: its labels ({labels}) are not the seven emotions; take another model",
    "{path}: no speech model here, {file} is missing",
    "{path}: cannot be read as the description of a speech model ({why})",
    "{path}: this speech model was made for other labels or features; export it again",
    "{path}: the speech model cannot be read ({why})",
    "{path}: the weights of the speech model cannot be read; export them again",
    "{path}: the weights do not fit the network of {file}; export the model again",
    "OpenVINO does not run on CUDA; leave --runtime out or give --device cpu.",
    "No CUDA device is usable on this machine; leave --device out or give --device cpu.",
    "OpenVINO is not installed: pip install openvino, or leave --runtime out.",
)
"""What is wrong with a model, or with the place where it is to run."""

REFUSALS = (
    "anonymize hides the faces in the annotated video and the report: ask for one of them.",
    "{field} must be {wanted}, but is {given}.",
    "{field} has the value '{given}', which does not fit.",
    "{field} is no field of this call; these are: {fields}.",
    "{field} is not built yet.",
    "{field} was sent more than once.",
    "sample_fps and every exclude each other.",
    "expression_model must be one of this server's: {models}.",
    "keep_days must be from 0 to {most}.",
    "webhook_url is switched off on this server.",
    "webhook_url must be an http or https address without a password in it.",
    "webhook_url leads to a host that this server may not call.",
    "The request is no form: send it as multipart/form-data.",
    "More than one file was sent: only '{field}' is taken, once.",
    "The form breaks off, or is none.",
    "No recording was sent: the field '{field}' is missing (multipart/form-data).",
    "The file is gone.",
    "There is no such job.",
    "The request is larger than {most} MB.",
    "The request is none that can be read.",
    "Idempotency-Key has more than {most} characters.",
    "This Idempotency-Key was used for another upload.",
    "cursor is none that a page of this order gave.",
    "The job is {state}: it has no result.",
    "The job is {state}; ask again later.",
    "The job is {state}: there is nothing to cancel.",
    "The job is {state}: there is nothing to try again.",
    "The upload is not kept: send the recording again.",
    "{n} jobs are waiting already; try again later.",
    "More than {n} uploads a minute; try again later.",
    "The database does not answer; try again later.",
    "The storage does not answer; try again later.",
    "There is no room left for the upload; try again later.",
    "Unexpected error, please report it.",
    "Pages of other origins may not call (EMOCLASSIFY_CORS_ORIGINS).",
    "This server is not called by that name (EMOCLASSIFY_ALLOWED_HOSTS).",
    "A key is needed: Authorization: Bearer KEY (emoclassify keys add NAME).",
)
"""Why the API did not do what it was asked."""

WORDS = (
    *SHOWN,
    *("true or false", "true, false or a list of docx, pdf, html", "docx, pdf, html or several", "a number"),
    *("a whole number", "a whole number from 1", "largest or all", "a short text", "the name of a model", "en or ru"),
    *("an address", "above 0, at most 1", "above 0, at most 1000", "auto, torch or openvino", "auto, cpu or cuda"),
    *("by its first bytes", "Invalid data found when processing input", "End of file", "Permission denied"),
    *("No space left on device", "Input/output error"),
)
"""What stands in the fields of these texts and is a word itself, beside the emotions."""

MESSAGES = NOTES + FAILURES + OF_MODELS + REFUSALS

_FIELD = re.compile(r"\\{(\w+)\\}")
_NUMBER = re.compile(r"\d+(\.\d+)?")
_PATTERNS = {
    text: re.compile(_FIELD.sub(r"(?P<\1>.+)", re.escape(text)), re.DOTALL)
    for text in sorted(MESSAGES, key=lambda text: -len(_FIELD.sub("", re.escape(text))))  # the most particular first
}


def told_in(message: str, lang: str) -> str:
    """A message in a language of `texts.LANGUAGES`; one that is none of MESSAGES stays as it is."""
    for text, pattern in _PATTERNS.items():
        if found := pattern.fullmatch(message):
            fields = {name: _value(value, lang) for name, value in found.groupdict().items()}
            return translation(lang).gettext(text).format(**fields)
    return message


def _value(value: str, lang: str) -> str:
    if _NUMBER.fullmatch(value):
        return decimals(value, lang)
    words = translation(lang).gettext
    whole = words(value)
    return whole if whole != value else ", ".join(map(words, value.split(", ")))
