"""The messages about a recording: notes, what stands against it, why it was not analyzed (see `messages`)."""

from emoclassify.words.messages_scores import SCORES_FAILURES, SCORES_NOTES

NOTES = {
    **SCORES_NOTES,
    "no_picture": "The recording has no picture: only the voice was read.",
    "no_face": "No face was found in the {n} frames looked at.",
    "faces_outside": "Faces outside the area {area} were left out, in {n} of the frames looked at (--area).",
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
    "pictures_without_times": "The file holds several pictures without times (Motion JPEG): only the first was read. A "
    "copy that can be read, with the rate at which they were taken: ffmpeg -f mjpeg -r 25 -i FILE COPY.mp4",
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
