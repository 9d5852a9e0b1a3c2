"""The texts of the respondent's page. Their translations are in the one catalogue (`emoclassify/assets/locale`)."""

from emoclassify.words.texts import translation

TEXTS = {
    # What is agreed to.
    "consent": "Before you begin",
    "consent_films": "You watch {films} and answer a few questions. It takes about {minutes} minutes.",
    "consent_films_alone": "You watch {films}. It takes about {minutes} minutes.",
    "consent_camera": "While you watch, your camera records your face.",
    "consent_reading": "A program reads from it which emotions your face shows. Nothing is decided about you.",
    "consent_camera_scores": "While you watch, your camera takes pictures of your face, some five a second. Nothing "
    "is recorded.",
    "consent_reading_scores": "A program reads from each picture which emotions your face shows, and forgets the "
    "picture at once. No picture and no sound is kept, only these scores. Nothing is decided about you.",
    "consent_no_microphone_scores": "Your microphone stays off.",
    "consent_place_scores": "Pictures and scores go to the server of this study and to nobody else.",
    "consent_keep_scores": "After {days} the scores are deleted. The results of the study stay; in them you have a "
    "code and no name.",
    "consent_no_microphone": "Your microphone stays off. Of the sound, only that of the films is recorded.",
    "consent_microphone": "Your microphone is recorded too, but only if you allow it below.",
    "consent_place": "The recording goes to the server of this study and to nobody else.",
    "consent_keep": "After {days} it is deleted, with all that was read from it. The results of the study "
    "stay; in them you have a code and no name.",
    "consent_free": "Taking part is voluntary. You can stop at any time: close the page.",
    "consent_adult": "Take part only if you are 18 or older.",
    "consent_contact": "Who is responsible, and answers your questions: {contact}.",
    "consent_withdraw": "You get a code. With it you can take your consent back later: all that you sent is deleted.",
    "allow_microphone": "My microphone may be recorded too",
    "agree": "I agree",
    "decline": "I do not take part",
    "code": "Your code",
    "code_hint": "Write it down. With this code, at the address below, you can take your consent back at any time.",
    "code_go_on": "I have written it down",
    # Questions before the films.
    "about_you": "About you",
    "go_on": "Go on",
    "cell_full": "Enough people with answers like yours are taking part already. You were not recorded.",
    "no_cell": "This study looks for people with other answers. You were not recorded.",
    # Camera, light and sound.
    "check": "Camera and sound",
    "check_sit": "Sit so that your face is in the frame, with light from the front.",
    "check_looking": "Looking for your face …",
    "check_good": "Your face is seen well.",
    "check_no_face": "No face is seen: look into the camera.",
    "check_several": "Several faces are seen: take part alone.",
    "check_small": "Your face is too small: come nearer.",
    "check_dark": "It is too dark: turn on a light in front of you.",
    "check_bright": "It is too bright: turn away from the window or the lamp.",
    "check_slow": "Your camera gives too few pictures a second: close other programs, or turn on more light.",
    "check_away": "The picture cannot be checked at the moment. You can go on all the same.",
    "check_away_scores": "The picture cannot be read at the moment. Please wait, or come again later.",
    "check_sound": "Play a sound to test it",
    "check_heard": "I hear it, go on",
    "check_silent": "Your device plays no sound: connect loudspeakers or headphones and try again, or take another "
    "browser.",
    "no_camera": "There is no picture of a camera. Allow this page to use it, close other programs that do.",
    "no_https": "This address is not a secure one (https), so the browser gives no camera.",
    "no_recorder": "This browser cannot record. Take a current Chrome, Edge, Firefox or Safari.",
    "again": "Try again",
    # The films.
    "ready": "Ready",
    "ready_hint": "First you see a cross for ten seconds, then a film begins by itself. Watch it as you would at home.",
    "start": "Start",
    "baseline": "Look at the cross and relax.",
    # Questions.
    "questions": "Your opinion",
    "about_film": "Film {number}",
    "question_liking": "How much did you like it?",
    "liking_low": "not at all",
    "liking_high": "very much",
    "question_recall": "Which brand or product was it about?",
    "question_intent": "How likely is it that you will buy it?",
    "intent_low": "very unlikely",
    "intent_high": "very likely",
    "question_nps": "How likely is it that you will recommend it to others?",
    "nps_low": "not at all likely",
    "nps_high": "extremely likely",
    "question_text": "What do you want to add?",
    "send": "Send",
    "sending": "Your recording is being sent. Please leave the page open.",
    "sending_scores": "The scores are being sent. Please leave the page open.",
    "broken_off_scores": "It was broken off, since the page was loaded anew. The scores so far are being sent.",
    "offline": "There is no connection. Sending goes on as soon as it is back.",
    "no_room": "The server has no room at the moment. Your recording waits here, and sending goes on by itself. "
    "Please leave the page open.",
    "broken_off": "The recording was broken off, since the page was loaded anew. What there is is being sent.",
    # The end.
    "thanks": "Thank you",
    "thanks_hint": "Everything has arrived. You can close the page.",
    "declined": "You do not take part. Nothing of you was recorded.",
    "stopped": "That did not work",
    "withdraw": "Take your consent back",
    "withdraw_hint": "Enter the code that you were given. All that you sent is deleted, and cannot be brought back.",
    "withdraw_do": "Delete all that I sent",
    "withdrawn": "All that you sent was deleted.",
    "language": "Language",
}
"""Name -> English."""

FILMS, DAYS = ("{n} film", "{n} films"), ("{n} day", "{n} days")
"""For one, and for several."""


_OF_SCORES = "_scores"
"""End of the name of a text that takes the place of another where only scores are kept."""


def texts_in(lang: str, *, scores_only: bool = False) -> dict[str, str]:
    """All texts in a language, by name.

    Args:
        lang: the language.
        scores_only: whether no recording is kept: some texts have another one in their place then.
    """
    names = [name for name in TEXTS if not name.endswith(_OF_SCORES)]
    variants = {name: f"{name}{_OF_SCORES}" for name in names if scores_only and f"{name}{_OF_SCORES}" in TEXTS}
    return {name: translation(lang).gettext(TEXTS[variants.get(name, name)]) for name in names}


def several_in(words: tuple[str, str], n: int, lang: str) -> str:
    """So many films or days, in words of a language."""
    return translation(lang).ngettext(*words, n).format(n=n)
