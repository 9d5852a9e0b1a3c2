"""What is said of a model whose terms forbid commercial use; `emoclassify.terms` says when."""

OF_ITS_MODEL = "Not for commercial use: its model is under {licence}."
"""Said beside an option that brings the model in."""

OF_SOUND_ALONE = "Sound without a picture is not for commercial use: the model that reads it is under {licence}."
"""Said where recordings are chosen."""
