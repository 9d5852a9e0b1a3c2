"""The texts of "Try it yourself" (see `english`)."""

TRIAL = {
    "nav_trial": "Try it yourself",
    "trial_title": "Try it yourself",
    "trial_lead": "Watch a film while your camera records your face. A minute later you see what your face showed, "
    "at each moment of the film.",
    "trial_film": "Film",
    "trial_demo": "The film of the program, 8 seconds",
    "trial_own": "A film of yours",
    "trial_begin": "Begin",
    "trial_no_film": "Choose a film first.",
    "trial_name": "Try it yourself: {film}",
    "trial_contact": "whoever runs this server",
    "trial_keep": "What your camera records goes after a day by itself, and at once when you press Delete.",
    "trial_film_waits": "The film is being made ready.",
    "trial_film_failed": "The film cannot be used: {detail}",
    "trial_ready": "The film is ready. It opens in a new tab, which asks for your camera. Come back here afterwards.",
    "trial_open": "Camera on",
    "trial_watching": "You are watching. The answer comes here by itself.",
    "trial_reading": "Your recording is being read.",
    "trial_computing": "Your curve is being put on the film's time.",
    "trial_answer": "What your face showed",
    "trial_of_one": "This is the curve of one person. It says how you looked, and nothing about other people: for "
    "that, make a study.",
    "trial_unread": "There is no curve: {why}.",
    "trial_recording": "To your recording",
    "trial_delete": "Delete everything of this try",
    "trial_deleted": "Everything of this try was deleted: recording, film and curve.",
}
