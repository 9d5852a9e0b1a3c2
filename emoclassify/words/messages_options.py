"""The messages about options, settings and commands (see `messages`)."""

OPTION_ERRORS = {
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
    "area_unfit": "area must be four shares of the picture, left,top,right,bottom, each from 0 to 1, as in {example}, "
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

COMMAND_LINE_ERRORS = {
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
