"""What a study's owner listed of somebody, beside what that person answered."""

from emoclassify.jobs.cells import FILM_ORDER, with_answers, without_answers

COLUMNS = ("liking", "why")
LISTED = {"age": "41", "liking": "4", "why": ""}


def test_an_answer_stands_beside_what_was_listed_in_a_column_of_its_name() -> None:
    begun = with_answers(LISTED, {FILM_ORDER: "A B"}, COLUMNS)  # the recording comes before the answers
    answered = with_answers(begun, {FILM_ORDER: "A B", "liking": "2", "why": "it was long"}, COLUMNS)
    assert answered == {
        **{"age": "41", "liking": "4", "liking_answered": "2"},
        **{"why": "it was long", FILM_ORDER: "A B"},
    }
    again = with_answers(answered, {FILM_ORDER: "A B", "liking": "1", "why": ""}, COLUMNS)
    assert (again["liking"], again["liking_answered"], again["why"]) == ("4", "1", "")
    assert without_answers(again, COLUMNS) == {"age": "41", "liking": "4"}


def test_an_answer_has_its_own_column_where_nothing_is_listed() -> None:
    answered = with_answers({}, {FILM_ORDER: "A", "liking": "2"}, COLUMNS)
    assert answered == {FILM_ORDER: "A", "liking": "2"}
    assert with_answers(answered, {FILM_ORDER: "A", "liking": "5"}, COLUMNS) == {FILM_ORDER: "A", "liking": "5"}
    assert without_answers(answered, COLUMNS) == {}
