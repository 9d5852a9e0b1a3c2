"""The two recordings of a call: which field of the form has whose side."""

from collections.abc import Mapping

from api.problems import problem_error
from emoclassify.declared import split_names
from emoclassify.spoken_options import SIDE_FIELDS, roles_on_tracks

ROLES = "roles"


def fields_of_sides(form: Mapping[str, str], n_files: int | None = None) -> dict[str, str]:
    """The same form, its roles on the tracks that two recordings become when they are joined.

    Args:
        form: of the call.
        n_files: how many recordings there are; None while that is not known.

    Raises:
        ProblemError: 422, the roles do not say whose the recordings are, or name more than there are.
    """
    roles = form.get(ROLES, "")
    pairs = [part.partition("=") for part in split_names(roles)]
    fields = {name.strip(): place.strip().lower() for name, _, place in pairs}
    are_files = sorted(fields.values()) == sorted(SIDE_FIELDS) and len(pairs) == len(fields)
    if not are_files and (n_files == len(SIDE_FIELDS) or set(fields.values()) & set(SIDE_FIELDS)):
        raise problem_error(422, "sides_unnamed", given=roles[:100])
    if not are_files:
        return dict(form)
    if n_files is not None and n_files < len(SIDE_FIELDS):
        raise problem_error(422, "side_missing", fields=SIDE_FIELDS)
    return {**form, ROLES: roles_on_tracks({role: 1 + SIDE_FIELDS.index(field) for role, field in fields.items()})}
