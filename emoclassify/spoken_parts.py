"""What was said and by whom as plain JSON values, and back: a part of `analysis_parts`."""

from dataclasses import asdict
from typing import Any

from emoclassify.analysis_parts import (
    rounded,
    segment_from_dict,
    segment_to_dict,
    voice_from_dict,
    voice_to_dict,
)
from emoclassify.episode_rules import EpisodeRule
from emoclassify.episodes import Episode
from emoclassify.timeline import Span
from emoclassify.transcript.transcript import Phrase, Transcript
from emoclassify.transcript.word import Word
from emoclassify.turns import RoleTalk, Talk
from emoclassify.voice.reading import VoiceRead


def transcript_to_dict(transcript: Transcript) -> dict[str, Any]:
    """What was said."""
    return {
        "language": transcript.language,
        "invented": transcript.n_invented,
        "phrases": list(map(_phrase_to_dict, transcript.phrases)),
    }


def transcript_from_dict(content: dict[str, Any] | None) -> Transcript | None:
    """What `transcript_to_dict` gave; None where nothing was written down."""
    if content is None:
        return None
    phrases = tuple(map(_phrase_from_dict, content["phrases"]))
    return Transcript(content["language"], phrases, content["invented"])


def _phrase_to_dict(phrase: Phrase) -> dict[str, Any]:
    return {
        "start_s": rounded(phrase.span.start_s),
        "end_s": rounded(phrase.span.end_s),
        "role": phrase.role,
        "words": [_word_to_dict(word) for word in phrase.words],
        "emotion": None if phrase.emotion is None else segment_to_dict(phrase.emotion),
    }


def _phrase_from_dict(item: dict[str, Any]) -> Phrase:
    emotion = item["emotion"]
    words = tuple(map(_word_from_dict, item["words"]))
    return Phrase(words, item["role"], None if emotion is None else segment_from_dict(emotion))


def _word_to_dict(word: Word) -> dict[str, Any]:
    span = word.span
    return {
        "start_s": rounded(span.start_s),
        "end_s": rounded(span.end_s),
        "text": word.text,
        "confidence": rounded(word.confidence),
    }


def _word_from_dict(item: dict[str, Any]) -> Word:
    return Word(Span(item["start_s"], item["end_s"]), item["text"], item["confidence"])


def role_to_dict(role: RoleTalk) -> dict[str, Any]:
    """One side of a call; its voice only where it is scored."""
    voice = role.voice
    return {
        "name": role.name,
        "stretches": [[rounded(span.start_s), rounded(span.end_s)] for span in role.stretches],
        "voice": None
        if voice is None
        else {
            "windows": list(map(voice_to_dict, voice.windows)),
            "stretches": list(map(voice_to_dict, voice.stretches)),
        },
    }


def role_from_dict(item: dict[str, Any]) -> RoleTalk:
    """What `role_to_dict` gave."""
    voice = item["voice"] and VoiceRead(
        tuple(map(voice_from_dict, item["voice"]["windows"])), tuple(map(voice_from_dict, item["voice"]["stretches"]))
    )
    return RoleTalk(item["name"], tuple(Span(*span) for span in item["stretches"]), voice)


def talk_to_dict(talk: Talk) -> dict[str, Any]:
    """Who speaks when, and how much."""
    return {
        "overlap_s": rounded(talk.overlap_s),
        "silence_s": rounded(talk.silence_s),
        "roles": [
            {
                "name": shares.role,
                "talk_s": rounded(shares.talk_s),
                "share": rounded(shares.share),
                "turns": shares.n_turns,
                "interruptions": shares.n_interruptions,
            }
            for shares in talk.shares
        ],
        "turns": [
            {
                "role": turn.role,
                "start_s": rounded(turn.span.start_s),
                "end_s": rounded(turn.span.end_s),
                "interrupts": turn.interrupts,
            }
            for turn in talk.turns
        ],
    }


def episode_to_dict(episode: Episode) -> dict[str, Any]:
    """One stretch that a rule marks."""
    return {
        "rule": asdict(episode.rule),
        "person": episode.person,
        "role": episode.role,
        "start_s": rounded(episode.span.start_s),
        "end_s": rounded(episode.span.end_s),
        "highest": rounded(episode.highest),
    }


def episode_from_dict(item: dict[str, Any]) -> Episode:
    """What `episode_to_dict` gave."""
    span = Span(item["start_s"], item["end_s"])
    return Episode(EpisodeRule(**item["rule"]), item["person"], item["role"], span, item["highest"])
