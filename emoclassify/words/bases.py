"""Of what a percentage is: every one that is shown names its base, in one way."""

from enum import StrEnum

from emoclassify.words.texts import translation


class Base(StrEnum):
    """What a share is a share of, as a text with the share in it, which the catalogues translate."""

    READABLE = "{share} of the readable time"
    """The time in which a face can be read: the base of all shares of emotions in it."""
    SPEECH = "{share} of the speech"
    """The base of all shares of emotions in a voice, and of its comparison with a face."""
    RECORDING = "{share} of the recording"
    """The base of the readable time and of the speech themselves."""
    FRAMES = "{share} of the frames looked at"

    def of(self, share: str, lang: str) -> str:
        """The share with its base: "50%" -> "50% of the speech"."""
        return translation(lang).gettext(self.value).format(share=share)
