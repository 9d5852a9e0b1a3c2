"""The section on what was said: the phrases, each with the emotion of voice and face where that was asked for."""

from emoclassify.analysis import Analysis
from emoclassify.outputs.document.blocks import Block, Heading, Paragraph, Table, TextRow
from emoclassify.outputs.document.words import NOTHING, Words, printable
from emoclassify.transcript.transcript import Phrase, Transcript

_MOST_ROWS = 60


def said(analysis: Analysis, words: Words) -> list[Block]:
    """The transcript; no blocks where nothing was written down, or no word may be shown."""
    transcript = analysis.transcript
    if transcript is None or not any(phrase.text for phrase in transcript.phrases):
        return []
    _ = words.text
    blocks: list[Block] = [Heading(_("What was said")), _table(transcript, words)]
    n_phrases = len(transcript.phrases)
    if n_phrases > _MOST_ROWS:
        sentence = _("The first {shown} of {all} phrases; phrases.csv has all.")
        blocks.append(Paragraph(sentence.format(shown=_MOST_ROWS, all=words.count(n_phrases))))
    return [*blocks, Paragraph(_how_sure(transcript, words))]


def _table(transcript: Transcript, words: Words) -> Table:
    _, phrases = words.text, transcript.phrases
    has_roles = any(phrase.role for phrase in phrases)
    has_emotions = any(phrase.emotion for phrase in phrases)
    has_faces = any(phrase.emotion and phrase.emotion.face_scores is not None for phrase in phrases)
    header: TextRow = (_("time"), *((_("who"),) if has_roles else ()), _("words"))
    header += (_("voice"),) if has_emotions else ()
    header += (_("face"),) if has_faces else ()
    rows = (_row(phrase, words, has_roles=has_roles) for phrase in phrases[:_MOST_ROWS])
    return Table(header, tuple((*row, *emotions[: len(header) - len(row)]) for row, emotions in rows))


def _row(phrase: Phrase, words: Words, *, has_roles: bool) -> tuple[TextRow, TextRow]:
    """When it is said, by whom, and the words; and the emotions of voice and face."""
    row: TextRow = (words.span(phrase.span.start_s, phrase.span.end_s),)
    row += (printable(phrase.role),) if has_roles else ()
    row += (printable(phrase.text) or NOTHING,)
    return row, _emotions(phrase, words)


def _emotions(phrase: Phrase, words: Words) -> TextRow:
    if phrase.emotion is None:
        return NOTHING, NOTHING
    voice, face = phrase.emotion.voice, phrase.emotion.face_scores
    heard_as = words.top(voice.scores) if voice.dominant else words.text(voice.answer)
    return heard_as, NOTHING if face is None else words.top(face)


def _how_sure(transcript: Transcript, words: Words) -> str:
    """How far the words can be trusted."""
    all_words = transcript.words
    mean = sum(word.confidence for word in all_words) / len(all_words)
    sentences = [
        words.text(
            "A program wrote this down and can mishear; it gives its words a confidence of {confidence} on average, "
            "from 0 to 1."
        ).format(confidence=words.number(mean))
    ]
    if any(phrase.emotion for phrase in transcript.phrases):
        sentences.append(
            words.text(
                "The emotions are those of the voice in the phrase and of the face from a quarter of a second before "
                "it to a quarter of a second after; the words themselves are not judged. Two models stand behind each "
                "row, and their errors add up."
            )
        )
    return " ".join(sentences)
