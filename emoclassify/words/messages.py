"""The messages of the program: each has a code, a sentence for it, and values for the fields of the sentence.

Errors, notes and refusals are made, stored and sent as a `Message`; it is put into words where it is shown.
To add one: a line in TEMPLATES, and its translation in each catalogue of assets/locale.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from string import Formatter
from typing import Any

from emoclassify.words.messages_scores import SCORES_FAILURES, SCORES_NOTES, SCORES_REFUSALS
from emoclassify.words.numbers import in_figures, percent
from emoclassify.words.texts import translation

Field = str | int | float | Sequence[str]
"""The value of a field of a sentence. A number is given as a number, rounded as it is to be shown."""

AS_TOLD = "as_told"
"""The code of a sentence without a code of its own, written by an older version, or by a newer one with more codes."""

PROBLEM_TYPE = "urn:emoclassify:problem:"
"""The start of the `type` of a problem object; the code follows."""

NOTES = {
    **SCORES_NOTES,
    "no_picture": "The recording has no picture: only the voice was read.",
    "no_face": "No face was found in the {n} frames looked at.",
    "pictures_left_out": "{n} faces are taken for photographs, mirror images or faces on a screen: they do not count "
    "as persons.",
    "baseline_subtracted": "The scores of each face are told against the same person's face from {start_s} to {end_s} "
    "s, taken as neutral (--baseline).",
    "baseline_missing": "Person {person} is not seen well enough from {start_s} to {end_s} s: there is no neutral face "
    "to compare with.",
    "baseline_not_neutral": "Person {person} does not look neutral from {start_s} to {end_s} s: look whether that is "
    "the right stretch for --baseline.",
    "no_sound_to_compare": "The recording has no sound: face and voice cannot be compared.",
    "no_sound_to_hear": "The recording has no sound: there is no voice to tell an emotion of.",
    "roles_not_scored": "No emotions were read in the voices of {roles}: they were not to be scored (--score-roles). "
    "EU law forbids reading the emotions of people at work.",
    "sides_joined": "The sides of the call are recordings of their own, aligned at their starts: {files}.",
    "sides_differ": "The recordings of the sides last {shortest_s} to {longest_s} s: after its end a shorter one "
    "counts as silent.",
    "no_sound_to_transcribe": "The recording has no sound: there is nothing to write down.",
    "words_invented": "The words of {n} stretches of speech were left out: they are likely to be made up from noise, "
    "music or speech that cannot be understood.",
    "no_video_to_annotate": "The recording has no moving picture: there is no annotated video.",
    "no_speech": "No speech was found in the sound.",
    "sounds_without_words": "Laughter or other sounds without words: {n} stretches. No emotion is told of them, since "
    "the model of the voice knows speech alone.",
    "cover_art": "Cover art in the file is not taken for a video.",
    "picture_undecodable": "No frame of the picture can be decoded.",
    "sound_undecodable": "Nothing of the sound can be decoded.",
    "picture_codec_unknown": "The picture cannot be read: its codec is not known here.",
    "picture_codec_letters": "The picture cannot be read: its codec, {codec}, is not known here.",
    "sound_codec_unknown": "The sound cannot be read: its codec is not known here.",
    "sound_codec_letters": "The sound cannot be read: its codec, {codec}, is not known here.",
    "picture_dolby_vision": "The picture is Dolby Vision of profile {profile}, whose colours most programs show "
    "wrongly (green and purple): it is left out. A copy that can be read: ffmpeg -i FILE -vf "
    "libplacebo=colorspace=bt709:color_primaries=bt709:color_trc=bt709:format=yuv420p COPY.mp4",
    "picture_encrypted": "The picture cannot be read: it is encrypted (copy protection).",
    "sound_encrypted": "The sound cannot be read: it is encrypted (copy protection).",
    "picture_ends_early": "The picture ends at {end_s} s; the file's header says {header_s} s.",
    "sound_ends_early": "The sound ends at {end_s} s; the file's header says {header_s} s.",
    "picture_damaged": "{n} damaged packets of the picture were skipped.",
    "sound_damaged": "{n} damaged packets of the sound were skipped.",
    "picture_untimed": "{n} frames of the picture carry no timestamp; theirs follow from the frame rate.",
    "sound_untimed": "{n} frames of the sound carry no timestamp; theirs follow from the frame rate.",
    "picture_backward": "{n} frames of the picture go back in time and were skipped.",
    "sound_backward": "{n} frames of the sound go back in time and were skipped.",
    "picture_restarts": "The clock of the picture starts anew {n} times; the pieces follow each other here.",
    "sound_restarts": "The clock of the sound starts anew {n} times; the pieces follow each other here.",
    "picture_broken_off": "The picture could not be read beyond {end_s} s.",
    "sound_broken_off": "The sound could not be read beyond {end_s} s.",
    "stream_late": "A picture or sound that begins later than the file does was left out. This makes a file in which "
    "it is read: ffmpeg -analyzeduration 2G -probesize 2G -i FILE -c copy out.mkv",
    "picture_chosen": "The file has {n} picture streams; stream {stream} was taken.",
    "track_chosen": "The recording has {n} sound tracks; track {track} was read (--audio-track takes another one).",
    "emotions_unknown": "{model} does not know {emotions}: their score is always 0.",
    "labels_left_out": "{model} also scores {labels}: left out, the other scores add up to 1.",
}
"""The warnings of an analysis."""

_READABLE = (
    " Read are MP4, MOV, WebM and MKV, AVI, MPEG, MPEG-TS, WMV, FLV, 3GP, DV, MXF, GIF; WAV, MP3, M4A, AAC, FLAC, Ogg, "
    "AIFF, CAF, W64, AMR; JPEG, PNG, WebP, BMP, TIFF, HEIC, AVIF. What a player plays becomes one of them by: "
    "ffmpeg -i FILE -c:v libx264 -pix_fmt yuv420p -c:a aac out.mp4"
)
"""What this program reads, and the one command that makes other files readable."""

FAILURES = {
    **SCORES_FAILURES,
    "file_missing": "There is no such file.",
    "file_no_file": "This is not a file.",
    "file_unopened": "The file cannot be opened: {why}.",
    "file_unread": "The file cannot be read: {why}.",
    "file_empty": "The file is empty (0 bytes).",
    "file_unknown_format": "The file does not open as a recording of a known format ({why})." + _READABLE,
    "file_damaged": "The file does not open: it begins as {container}, but is damaged, cut off or not complete yet.",
    "file_no_media": "The file holds neither picture nor sound that can be decoded.",
    "media_undecodable": "Nothing of the file can be decoded: it is {container} with {codecs}." + _READABLE,
    "media_encrypted": "The file is encrypted (copy protection) and cannot be read: it is {container} with {codecs}. "
    "Take a copy without protection.",
    "picture_in_tiles": "The photograph has several pictures (HEIC) and does not say how they belong together. Make a "
    "JPEG of it: magick FILE out.jpg",
    "track_missing": "The recording has {n} sound tracks; there is no track {given}.",
    "roles_lack_channels": "The recording has no {place} channel of its own: its sound is mono. Roles need a side for "
    "each (--roles).",
    "file_no_picture": "The file has no picture.",
    "file_no_sound": "The file has no sound.",
    "side_unread": "{file}: no side of a call can be read from it. {why}",
    "sound_alone_off": "The recording has no picture, and reading voices is switched off here.",
    "file_changed": "The file changed while it was read; analyze it again when it is complete.",
    "picture_too_large": "The picture has {megapixels} megapixels; at most {most} are read. Make it smaller.",
    "reader_stopped": "The process that read the recording was stopped; the others go on.",
    "reader_killed": "The process that read the recording was killed (out of memory, or by hand); the others go on.",
    "reader_stalled": "Reading stood still for {minutes} min and was ended: the drive gives nothing any more. See "
    "whether it is still there, then try again; the others go on.",
    "reader_crashed": "The process that read the recording crashed ({signal}); the others go on.",
    "reader_ended": "The process that read the recording ended with status {status}; the others go on.",
    "reader_garbled": "The process that read the recording gave an answer that cannot be read and was ended; "
    "the others go on.",
    "unexpected_error": "Unexpected error, please report it (EMOCLASSIFY_DEBUG=1 shows more): {error}.",
    "file_unwritten": "{file} cannot be written: {why}.",
    "file_not_set": "{file} cannot be set: {why}.",
    "video_unmade": "No video can be made of the recording: its pictures, sounds or their times are damaged.",
    "annotate_lacks_recording": "The annotated video is made from the recording: give it too.",
    "annotate_lacks_picture": "The recording has no moving picture to draw in.",
    "upload_gone": "The upload is gone from the storage.",
    "upload_uncopied": "The upload cannot be brought to where it is read: {why}.",
    "results_unstored": "The results cannot be stored: {why}.",
    "results_unwritten": "The results cannot be written: {why}.",
    "recording_too_long": "The recording is {hours} hours long; at most {most} are analyzed here. Cut it into parts.",
    "sound_rate_absurd": "The sound says that it has {rate_hz} samples a second; {least} to {most} are read.",
    "took_too_long": "The analysis took longer than {limit_s} s and was ended.",
    "took_too_much_memory": "The analysis took {used_mb} MB of memory, more than {limit_mb}, and was ended.",
    "kind_unknown": "This worker knows no jobs of the kind {kind}.",
    "died_too_often": "The analysis was begun {n} times, and the process that did it died each time.",
    "schema_unknown": "This analysis has schema {schema}, this program reads {wanted_schema}; analyze again.",
    "analysis_damaged": "The analysis is damaged ({why}); analyze the recording again.",
}
"""Why a recording was not analyzed, or its result cannot be shown."""

UNUSABLE = {
    "unusable_photograph": "The face never moves within itself in {share} of the recording: this looks like a "
    "photograph, not a person. Look at the recording before you count it.",
    "unusable_film": "The picture cuts from person to person: this looks like the film that was watched, not the one "
    "who watched it. Check which file was sent; for a film, ask for every person.",
    "unusable_frozen": "The picture stands still, or there is none, for {share} of the recording, first at {from_s} s. "
    "Close other programs that use the camera or the connection, and record again.",
    "unusable_read_late": "For {share} of the recording, first at {from_s} s, no picture was read in time: the server "
    "had too much to do, or the connection was too slow. The camera is not to blame. Let fewer people watch at once, "
    "or give the server more processors.",
    "unusable_other_person": "In {share} of the recording another person is in the main person's place, first at "
    "{from_s} s; only the main person is counted. Look whether the right one is.",
    "unusable_perhaps_other_person": "In {share} of the recording, first at {from_s} s, there is a face that may be "
    "another person's, or the same one's in another light; it is not counted. Look at the recording.",
    "unusable_several_people": "In {share} of the recording a second person is beside the main person. Record one "
    "person alone, or ask for every person.",
    "unusable_no_face": "In {share} of the recording no face is found. The face should be seen from the front, as "
    "large as a fifth of the picture's height, with nothing before it.",
    "unusable_dark": "In {share} of the recording it is too dark to read the face. Light the face from the front.",
    "unusable_bright": "In {share} of the recording the face is too bright to be read. Turn away from the sun "
    "or the lamp.",
    "unusable_small": "In {share} of the recording the face is too small to be read. Come closer to the camera, or "
    "record a larger picture.",
    "unusable_turned": "In {share} of the recording the face is turned away. Put the camera where the person looks.",
    "unusable_blurred": "In {share} of the recording the face is too blurred to be read. Wipe the lens, give more "
    "light, keep the camera still.",
    "unusable_mouth_covered": "In {share} of the recording something covers the mouth, such as a mask or a cup, so "
    "that no emotion is told. Take it away and record again.",
    "unusable_cut_off": "In {share} of the recording the face is cut off at the edge of the picture. Turn the camera "
    "to the face.",
    "unusable_little_speech": "There is too little speech to be read with any certainty. Record somebody who speaks "
    "for longer.",
    "unusable_quiet": "The speech is so quiet that the microphone's noise is read with it. Speak closer to the "
    "microphone.",
    "unusable_clipped": "The speech is so loud that the recording cuts it off. Turn the microphone down.",
}
"""What stands against a recording, the gravest first, and what to do about it."""

MODEL_ERRORS = {
    "model_no_checksum": "No checksum is recorded for the model '{model}' ({path}).",
    "model_lacks_file": "The model '{model}' lacks {path}; install or fetch it again.",
    "model_other_file": "{path} is not the file of the model '{model}'; install or fetch it again.",
    "model_scores_unread": "{path} cannot be read as the record of a model's scores ({why}).",
    "model_file_unread": "{path}: this file of a model cannot be read ({why}).",
    "model_not_fetched": "No folder {model}, and no model of that name was fetched: emoclassify models fetch {model}",
    "recognizer_missing": "There is no model here that writes down speech: emoclassify models fetch {model} (there "
    "are {offers}), or name a folder with --transcribe-model.",
    "recognizer_unfit": "{path}: this folder holds no model that writes down speech (ONNX for onnx-asr, or model.bin "
    "for faster-whisper).",
    "recognizer_not_loaded": "{path}: the model that writes down speech cannot be loaded ({why}).",
    "recognizer_no_times": "This model does not tell when its words are said: take Whisper in the form for "
    "faster-whisper, or one of `emoclassify models fetch`.",
    "hub_recognizer_incomplete": "'{model}' on the hub lacks {files}: it cannot be used.",
    "model_no_folder": "{path}: no such folder; "
    "give a folder with config.json, preprocessor_config.json and model.safetensors",
    "model_incomplete": "{path}: {files} missing; "
    "give a folder with config.json, preprocessor_config.json and model.safetensors",
    "model_not_loaded": "{path}: cannot be loaded ({why}); "
    "give a folder with config.json, preprocessor_config.json and model.safetensors",
    "model_no_labels": "{path}: {file} does not name its labels (id2label); "
    "give a folder with config.json, preprocessor_config.json and model.safetensors",
    "model_other_labels": "{model}: its labels ({labels}) are not the seven emotions; take another model",
    "voice_model_missing": "{path}: no speech model here, {file} is missing",
    "voice_model_no_description": "{path}: cannot be read as the description of a speech model ({why})",
    "voice_model_unfit": "{path}: this speech model was made for other labels or features; export it again",
    "voice_model_unread": "{path}: the speech model cannot be read ({why})",
    "voice_weights_unread": "{path}: the weights of the speech model cannot be read; export them again",
    "voice_weights_unfit": "{path}: the weights do not fit the network of {file}; export the model again",
    "openvino_not_on_cuda": "OpenVINO does not run on CUDA; leave --runtime out or give --device cpu.",
    "cuda_missing": "No CUDA device is usable on this machine; leave --device out or give --device cpu.",
    "openvino_missing": "OpenVINO is not installed: pip install openvino, or leave --runtime out.",
    "hub_no_name": "'{model}' is no name of a model on the hub (owner/model).",
    "hub_away": "The hub cannot be reached, and '{model}' is not in the cache; try again online.",
    "hub_refuses": "The hub does not give '{model}' (status {status}).",
    "hub_model_incomplete": "'{model}' lacks config.json or preprocessor_config.json or weights in safetensors: "
    "it cannot be used.",
}
"""What is wrong with a model, or with the place where it is to run."""

_OPTIONS = {
    "episodes_unfit": "episodes must be rules as negative:0.5:0.4:3 (measure, where it begins, where it ends, "
    "seconds), separated by commas, but is '{given}'; measures are {measures}.",
    "study_export_unfit": "A study is not written as {formats}, which hold one recording; it can be as {choices}. The "
    "recordings themselves can be made again in every form (emoclassify render).",
    "paths_or_sides": "Name the recordings, or the two files of a call as --roles agent=FILE,customer=FILE; not both.",
    "roles_unfit": "roles must name each side of a call with its own channel, as in agent=left,customer=right, but is "
    "'{given}'.",
    "speech_language_unknown": "speech_language must be the code of a language that the model knows, as in en or ru, "
    "but is '{given}'.",
    "voice_off": "double_check, echo_mean and transcribe_focus read the voice, which is switched off here.",
    "anonymize_alone": "anonymize hides the faces in the annotated video and the report, and the words of a "
    "transcript: ask for one of them.",
    "groups_unfit": "groups must name the emotions of positive and of negative, each emotion once, as in {example}, "
    "but is '{given}'.",
    "baseline_unfit": "baseline must be seconds from the beginning, as in 5, or a stretch in seconds, as in 12-20, but "
    "is '{given}'.",
    "brand_missing": "{folder} holds no brand: none of {files} is there.",
    "brand_unread": "{path} cannot be used for a brand: {why}.",
    "brand_field_unknown": "{path}: {field} is no field of a brand; these are: {fields}.",
    "brand_text_unfit": "{path}: {field} must be one line of at most 80 letters, but is '{given}'.",
    "brand_colour_unfit": "{path}: {field} must be a colour as in #0B5CAD that stands out from white, but is "
    "'{given}'.",
    "value_out_of_range": "{field} must be {wanted}, but is {given}.",
    "value_not_a_choice": "{field} must be {choices}, but is {given}.",
    "text_unfit": "{field} must be {wanted}, but is '{given}'.",
    "text_not_a_choice": "{field} must be {choices}, but is '{given}'.",
    "setting_unfit": "{field} has the value '{given}', which does not fit.",
    "secret_unfit": "{field} has a value, which does not fit.",
    "secret_too_short": "{field} must have at least {least} letters.",
    "webhook_secret_too_short": "{field} must have at least {least} letters: it signs the webhooks.",
    "address_unopened": "{field} is no address of a database that can be opened here.",
    "storage_unreached": "{field} is no place for files that can be reached here.",
    "setting_needs_package": '{field} needs {package}: pip install "emoclassify[scale]"',
    "extra_missing": '{package} is not installed: pip install "emoclassify[{extra}]"',
    "broker_missing": "A worker for large uploads needs EMOCLASSIFY_BROKER_URL.",
}
"""What is wrong with an option or a setting."""

_COMMAND_LINE_ERRORS = {
    "out_holds_recordings": "--out {out} holds the recordings of {path}; give a folder of its own for the results.",
    "no_recording": "There is no recording in {paths} (looked for {endings}).",
    "folder_unread": "{path} cannot be read: {why}.",
    "results_into_file": "The results of {path} would go to {folder}, which is a file.",
    "results_meet": "The results of {path} and {other} would both go to {folder}; "
    "analyze them with different --out, or their common folder.",
    "results_there": "{folder} holds results already.",
    "no_analysis": "{path} is no analysis.",
    "no_analysis_in": "There is no {file} in {folder}: give the folder that analyze or submit wrote to.",
    "table_other_columns": "{file} has other columns than this program writes; analyze again.",
    "table_damaged": "{file} is damaged in line {line}; analyze again.",
    "tables_unwritten": "The tables cannot be written to {folder}: {why}.",
    "render_lacks_media": "The annotated video is made from the recording: give it with --media.",
    "other_recording": "{path} is not the recording of this analysis.",
    "detect_without_faces": "--detect finds faces: it goes with `evaluate faces` only.",
    "no_labelled_file": "{folder} holds no FOLDER/<label>/<file> that can be scored; labels are {labels}.",
    "study_exists": "{path} is there already; edit it, or take it away first.",
    "study_unfit": "{file} cannot be used: {why}.",
    "study_column_missing": "{file} has no column {column}.",
    "study_cell_unfit": "{file}, line {line}, column {column}: {why}.",
    "power_unfit": "Give --from and --to, two shares that differ, or --difference and --sd.",
    "key_unknown": "There is no key {key} in use (emoclassify keys list).",
    "backup_elsewhere": "The database or the files are kept by services: use their own tools (see the guide).",
    "backup_there": "{folder} is there already: give a folder that is not.",
    "backup_damaged": "{file} is damaged ({why}): it cannot be copied.",
    "no_backup": "{folder} is no backup that this program made.",
    "data_there": "{folder} is there already: a backup is restored only where there is no data.",
    "scopes_unknown": "'{given}' is no list of scopes; these are: {scopes}.",
    "database_or_storage_away": "The database or the storage does not answer ({error}).",
    "program_not_started": "The {program} cannot be started; see its message above.",
}
"""Why a command was not carried out."""

_REFUSALS = {
    **SCORES_REFUSALS,
    "field_unknown": "{field} is no field of this call; these are: {fields}.",
    "transcribe_off": "This server has no model that writes down speech: whoever runs it can fetch one (emoclassify "
    "models fetch).",
    "field_twice": "{field} was sent more than once.",
    "fields_exclude": "{both} exclude each other.",
    "model_not_offered": "expression_model must be one of this server's: {models}.",
    "model_of_the_server": "This server has a model of its own: leave {field} out.",
    "keep_days_out_of_range": "keep_days must be from 0 to {most}.",
    "webhook_off": "webhook_url is switched off on this server.",
    "webhook_no_address": "webhook_url must be an http or https address without a password in it.",
    "webhook_host_unknown": "webhook_url leads to a host that this server may not call.",
    "no_form": "The request is no form: send it as multipart/form-data.",
    "files_several": "More files were sent than are taken: {fields}, each once.",
    "sides_unnamed": "Two recordings are the two sides of a call: roles must say whose each is, as in "
    "agent=file,customer=file2, but is '{given}'.",
    "side_missing": "roles names two recordings ({fields}), and one was sent.",
    "form_broken": "The form breaks off, or is none.",
    "form_name_unread": "A name in the form is not UTF-8: rename the file and send it again.",
    "no_file_sent": "No recording was sent: the field '{field}' is missing (multipart/form-data).",
    "file_gone": "The file is gone.",
    "no_such_job": "There is no such job.",
    "no_such_upload": "There is no such upload.",
    "uploads_open": "{n} uploads are under way: end one of them first.",
    "upload_joining": "The chunks of the upload are being put together; ask again later.",
    "chunk_differs": "Chunk {number} is there already, and is another one.",
    "chunk_garbled": "The chunk did not arrive as it was sent: its checksum is another one.",
    "chunks_missing": "Chunk {number} is missing.",
    "upload_garbled": "The chunks together are not the recording that was sent: its checksum is another one.",
    "jobs_too_many": "At most {most} recordings can be packed at once.",
    "no_such_study": "There is no such study.",
    "no_such_respondent": "There is no such person in the study.",
    "studies_full": "There are {n} studies already, as many as one may have.",
    "norms_unread": "The norms file is not UTF-8.",
    "study_without_norms": "The results are of an earlier version: compute them again.",
    "norms_full": "Norms hold at most {n} films.",
    "no_such_norm": "The norms hold no such film.",
    "study_not_computed": "The study has no results: compute them first.",
    "film_without_recording": "The film {film} of the plan has no recording that can be shown: hand it in, and write "
    "the id of its job into `file`.",
    "fieldwork_missing": "The study does not collect by links yet.",
    "fieldwork_unfit": "The study cannot collect like this: {why}.",
    "cells_same_name": "Two of the wanted groups have one name: {name}.",
    "cell_lacks_answers": "The wanted group {name} goes by no question before the films.",
    "cell_answers_unknown": "The wanted group {name} goes by answers that no question before the films has.",
    "question_columns_same": "Two questions have one column in the tables: {id}.",
    "question_column_unfit": "A question's column in the tables begins with a Latin letter, goes on with letters, "
    "digits and _, and is not called respondent; this one does not fit: {id}.",
    "question_lacks_choices": "The question {id} needs a text and at least two different answers to choose from.",
    "fieldwork_paused": "Nobody can take part at the moment. Please try again later.",
    "invites_full": "A study has at most {most} links.",
    "invite_unknown": "This link opens nothing. Please look whether it is complete.",
    "invite_over": "This link is not valid any more.",
    "invite_full": "Enough people have taken part already. Thank you all the same.",
    "sitting_taken": "You have taken part already. Thank you.",
    "sitting_unknown": "The page does not know you any more. Please open the link again.",
    "consent_missing": "Nobody has agreed yet.",
    "screening_missing": "The questions before the films have not let you in.",
    "consent_changed": "The text has been changed meanwhile. Please load the page anew and read it again.",
    "code_unknown": "There is no consent with this code. Please look whether it is complete.",
    "answer_unfit": "The answer to {field} does not fit the question.",
    "recording_beyond_films": "The recording is longer than its films.",
    "recording_complete": "The recording is complete already.",
    "study_body_unread": "The body is neither JSON with a list in '{field}' nor a table in the form text/csv.",
    "request_too_large": "The request is larger than {most_mb} MB.",
    "request_unread": "The request is none that can be read.",
    "body_too_large": "A call that is no upload may have {most_kb} KB and no more.",
    "scratch_full": "Too much is being received at the moment; try again later.",
    "connections_too_many": "There are too many connections at the moment; try again later.",
    "file_not_matching": "The file is another than If-Match asks for.",
    "range_outside": "The range lies outside of the file, which has {n} bytes.",
    "query_unfit": "A parameter of the call does not fit: {reasons}.",
    "repeat_key_too_long": "Idempotency-Key has more than {most} characters.",
    "repeat_key_used": "This Idempotency-Key was used for another upload.",
    "cursor_unknown": "cursor is none that a page of this order gave.",
    "job_rendering": "Other outputs of the job are being made; ask again later.",
    "recording_not_kept": "The recording is not kept: no video can be made of it any more.",
    "job_without_result": "The job is {state}: it has no result.",
    "job_not_ended": "The job is {state}; ask again later.",
    "job_not_cancelable": "The job is {state}: there is nothing to cancel.",
    "job_not_retryable": "The job is {state}: there is nothing to try again.",
    "upload_not_kept": "The upload is not kept: send the recording again.",
    "queue_full": "{n} jobs are waiting already; try again later.",
    "queue_full_of_key": "{n} jobs of this key are waiting already, as many as one may have; try again later.",
    "uploads_too_many": "More than {n} uploads a minute; try again later.",
    "database_away": "The database does not answer; try again later.",
    "storage_away": "The storage does not answer; try again later.",
    "no_room": "There is no room left for the upload; try again later.",
    "not_ready": "Not ready: {parts}.",
    "unexpected": "Unexpected error, please report it.",
    "origin_unknown": "Pages of other origins may not call (EMOCLASSIFY_CORS_ORIGINS).",
    "host_unknown": "This server is not called by that name (EMOCLASSIFY_ALLOWED_HOSTS).",
    "key_needed": "A key is needed: Authorization: Bearer KEY (emoclassify keys add NAME; of your own: keys token).",
    "key_needed_here": "A key is needed: enter it on the page first.",
    "scope_missing": "This key may not do that: it lacks the scope {scope}.",
    "page_only": "Only the page itself may send recordings.",
    "service_away": "The analysis service does not answer.",
}
"""Why the API, or the server of the page, refused a request."""

OLDER = {
    "sound_chosen": "The file has {n} sound streams; stream {stream} was taken.",
}
"""What only older versions said: their results are still put into words."""

GROUPS = {
    "Notes of an analysis": NOTES,
    "What stands against a recording": UNUSABLE,
    "Why a recording was not analyzed": FAILURES,
    "Models": MODEL_ERRORS,
    "Options and settings": _OPTIONS,
    "The command line": _COMMAND_LINE_ERRORS,
    "Refusals of the API": _REFUSALS,
    "Of older versions": OLDER,
}
"""The sentences in groups, by their subject."""

TEMPLATES: Mapping[str, str] = {
    AS_TOLD: "{text}",
    **NOTES,
    **UNUSABLE,
    **FAILURES,
    **MODEL_ERRORS,
    **_OPTIONS,
    **_COMMAND_LINE_ERRORS,
    **_REFUSALS,
    **OLDER,
}
"""Code -> the English sentence, with the names of its fields in braces."""

FOR_ONE = {
    "no_face": "No face was found in the {n} frame looked at.",
    "pictures_left_out": "{n} face is taken for a photograph, a mirror image or a face on a screen: it does not count "
    "as a person.",
    "picture_damaged": "{n} damaged packet of the picture was skipped.",
    "sound_damaged": "{n} damaged packet of the sound was skipped.",
    "picture_untimed": "{n} frame of the picture carries no timestamp; its own follows from the frame rate.",
    "sound_untimed": "{n} frame of the sound carries no timestamp; its own follows from the frame rate.",
    "picture_backward": "{n} frame of the picture goes back in time and was skipped.",
    "sound_backward": "{n} frame of the sound goes back in time and was skipped.",
    "picture_restarts": "The clock of the picture starts anew {n} time; the pieces follow each other here.",
    "sound_restarts": "The clock of the sound starts anew {n} time; the pieces follow each other here.",
    "died_too_often": "The analysis was begun {n} time, and the process that did it died each time.",
    "queue_full": "{n} job is waiting already; try again later.",
    "queue_full_of_key": "{n} job of this key is waiting already, as many as one may have; try again later.",
    "uploads_too_many": "More than {n} upload a minute; try again later.",
}
"""Code -> the sentence where its field n is 1; other languages have more forms, in their catalogues."""

TRANSLATED_FIELDS = ("state", "emotions", "wanted", "why", "codecs")
"""Fields whose values are words of the program or of the operating system, which can be translated. The values of all
other fields are names from outside."""

_SHARE = "share"
"""Field with a share, 0..1, which is shown in whole percent."""

_LAST_JOINED_BY = {"choices": "or", "files": "and", "both": "and"}
"""Field with a list -> the word before its last value; the lists of other fields have commas only."""


@dataclass(frozen=True)
class Message:
    """One sentence as data.

    Attributes:
        code: a key of TEMPLATES.
        fields: name -> value of each field of the sentence.
    """

    code: str
    fields: Mapping[str, Field] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The sentence in English."""
        return self.in_language("en")

    def in_language(self, lang: str) -> str:
        """The sentence in a language of `texts.LANGUAGES`, its numbers and words written as the language does.

        Names from outside stay as they are. Never raises, since an error is being shown: with an unknown code or field
        (a test finds both) the text is the code and the fields.
        """
        template = TEMPLATES.get(self.code)
        if template is None:
            return f"{self.code} {dict(self.fields)}"
        texts = {name: _text_of(name, value, lang) for name, value in self.fields.items()}
        try:
            return self._translated(template, lang).format(**texts)
        except LookupError:
            return f"{self.code} {dict(self.fields)}"

    def _translated(self, template: str, lang: str) -> str:
        """The template in a language, in the form that fits the number n."""
        if self.code not in FOR_ONE:
            return translation(lang).gettext(template)
        n = self.fields.get("n")
        return translation(lang).ngettext(FOR_ONE[self.code], template, n if isinstance(n, int) else 0)

    def to_dict(self) -> dict[str, Any]:
        """For JSON: code, fields, and the English text for readers that do not know the code."""
        return {"code": self.code, "fields": _as_json(self.fields), "text": self.text}

    def to_problem(self) -> dict[str, Any]:
        """For a problem object of RFC 9457: `type`, `detail`, and the members `code` and `fields`."""
        kind = "about:blank" if self.code == AS_TOLD else PROBLEM_TYPE + self.code
        return {"type": kind, "detail": self.text, "code": self.code, "fields": _as_json(self.fields)}

    @classmethod
    def from_problem(cls, problem: Mapping[str, Any]) -> "Message":
        """The message of a problem object; where it has no code, its `detail` is the sentence."""
        code, fields = problem.get("code", ""), problem.get("fields", {})
        return cls.from_dict({"code": code, "fields": fields, "text": problem["detail"]})

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Message":
        """The message in a dictionary of `to_dict`; one with an unknown code or other fields keeps its text only.

        Raises:
            KeyError, TypeError: the dictionary is no message.
        """
        code, fields = content["code"], dict(content["fields"])
        fits = code in TEMPLATES and field_names(TEMPLATES[code]) == set(fields)
        return cls(code, fields) if fits else as_told(str(content["text"]))


def field_names(template: str) -> set[str]:
    """The names of the fields of a sentence."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def as_told(text: str) -> Message:
    """A sentence that has no code of its own, shown as it is in every language."""
    return Message(AS_TOLD, {"text": text})


def _as_json(fields: Mapping[str, Field]) -> dict[str, Any]:
    return {name: _json_value(value) for name, value in fields.items()}


def _json_value(value: Field) -> str | int | float | list[str]:
    if isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return value if isfinite(value) else str(value)  # JSON has no infinity
    return list(value)


def _text_of(name: str, value: Field, lang: str) -> str:
    if isinstance(value, int | float):
        return percent(value, lang) if name == _SHARE else in_figures(value, lang)
    words = translation(lang).gettext
    if isinstance(value, str):
        return words(value) if value and name in TRANSLATED_FIELDS else value
    texts = [_text_of(name, item, lang) for item in value]
    if name in _LAST_JOINED_BY and len(texts) > 1:
        return f"{', '.join(texts[:-1])} {words(_LAST_JOINED_BY[name])} {texts[-1]}"
    return ", ".join(texts)
