"""Small models of speech recognition, made for the tests in the files that each engine reads."""

import json
from pathlib import Path

import numpy as np

from emoclassify.speech.silero import RATE_HZ, Samples
from emoclassify.transcript.word import Word

LOUD_DB = -4.0
"""Natural logarithm of the mel energies between which the made model tells a tone from silence."""

BURST_HZ = 600.0

_MULTILINGUAL = 51_000
"""Tokens beside the special ones: CTranslate2 takes a smaller vocabulary for a model of English alone."""


def bursts(*starts_s: float, length_s: float = 0.4, end_s: float = 4.0) -> Samples:
    """Tones that start at known times in silence: float32 (n,), 16 kHz."""
    samples = np.zeros(round(end_s * RATE_HZ), np.float32)
    times_s = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    tone = 0.5 * np.sin(2 * np.pi * BURST_HZ * times_s)
    for start_s in starts_s:
        first = round(start_s * RATE_HZ)
        samples[first : first + len(tone)] = tone
    return samples


def write_onnx_model(folder: Path, *, word: str = "la") -> Path:
    """A model in the form of GigaAM v3 (CTC) that writes one word for each tone, at its start, and nothing else."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    folder.mkdir(parents=True, exist_ok=True)
    constants = {
        "axes": np.array([1], np.int64),
        "starts": np.array([0], np.int64),
        "ends": np.array([2**31 - 1], np.int64),
        "time_axis": np.array([1], np.int64),
        "steps": np.array([4], np.int64),  # a token stands for four windows of 10 ms
        "loud": np.array(LOUD_DB, np.float32),
        "weights": np.array([8.0, 0.0], np.float32),  # the word where it is loud, the blank where it is not
        "last_axis": np.array([2], np.int64),
    }
    nodes = [
        helper.make_node("ReduceMax", ["features", "axes"], ["peak"], keepdims=0),
        helper.make_node("Slice", ["peak", "starts", "ends", "time_axis", "steps"], ["every_fourth"]),
        helper.make_node("Sub", ["every_fourth", "loud"], ["above"]),
        helper.make_node("Unsqueeze", ["above", "last_axis"], ["column"]),
        helper.make_node("Mul", ["column", "weights"], ["logits"]),
        helper.make_node("LogSoftmax", ["logits"], ["log_probs"], axis=2),
    ]
    graph = helper.make_graph(
        nodes,
        "made",
        [
            helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", 64, "t"]),
            helper.make_tensor_value_info("feature_lengths", TensorProto.INT64, ["n"]),
        ],
        [helper.make_tensor_value_info("log_probs", TensorProto.FLOAT, ["n", "u", 2])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(model, folder / "v3_e2e_ctc.int8.onnx")
    (folder / "v3_e2e_ctc_vocab.txt").write_text(f"\u2581{word} 0\n<blk> 1\n", encoding="utf-8")
    (folder / "config.json").write_text(json.dumps({"version": "v3"}), encoding="utf-8")
    return folder


def write_whisper_model(folder: Path) -> Path:
    """A Whisper of one layer with weights by chance, as CTranslate2 reads it: it loads, runs, and knows no word."""
    import torch
    from ctranslate2.converters import TransformersConverter
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import (
        GenerationConfig,
        PreTrainedTokenizerFast,
        WhisperConfig,
        WhisperFeatureExtractor,
        WhisperForConditionalGeneration,
    )

    source = folder.with_name(f"{folder.name}-source")
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    unused = [f"unused{number}" for number in range(_MULTILINGUAL - len(letters))]
    vocabulary = {token: number for number, token in enumerate([*letters, *unused])}
    languages = ["<|en|>", "<|ru|>"]
    special = [
        *("<|endoftext|>", "<|startoftranscript|>", *languages, "<|translate|>", "<|transcribe|>", "<|startoflm|>"),
        *("<|startofprev|>", "<|nospeech|>", "<|notimestamps|>", *(f"<|{step * 0.02:.2f}|>" for step in range(1501))),
    ]
    tokenizer = Tokenizer(models.BPE(vocabulary, []))
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.ByteLevel(), decoders.ByteLevel()
    tokenizer.add_special_tokens(special)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|endoftext|>", unk_token="<|endoftext|>")
    number_of = fast.convert_tokens_to_ids
    config = WhisperConfig(
        vocab_size=len(fast), d_model=16, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=32, decoder_ffn_dim=32, num_mel_bins=80, max_target_positions=448,
        bos_token_id=number_of("<|endoftext|>"), eos_token_id=number_of("<|endoftext|>"),
        pad_token_id=number_of("<|endoftext|>"), decoder_start_token_id=number_of("<|startoftranscript|>"),
        begin_suppress_tokens=None, suppress_tokens=None,
    )  # fmt: skip
    torch.manual_seed(1)
    model = WhisperForConditionalGeneration(config)
    model.generation_config = GenerationConfig(
        alignment_heads=[[0, 0]],
        suppress_tokens=[],
        begin_suppress_tokens=[],
        lang_to_id={language: number_of(language) for language in languages},
    )
    model.save_pretrained(source)
    fast.save_pretrained(source)
    WhisperFeatureExtractor(feature_size=80).save_pretrained(source)
    TransformersConverter(str(source), copy_files=["tokenizer.json", "preprocessor_config.json"]).convert(str(folder))
    return folder


class Scripted:
    """A recognizer that hears what it is told: words with their times from the start of what it is given."""

    runtime = "made"

    def __init__(self, *words: Word, window_s: float = 0.0, language: str = "en") -> None:
        self.words, self.window_s, self.language = words, window_s, language
        self.calls: list[tuple[float, str]] = []
        """Seconds and language of each call."""

    def language_of(self, samples: Samples) -> str:
        return self.language

    def hear(self, samples: Samples, language: str) -> list[Word]:
        self.calls.append((len(samples) / RATE_HZ, language))
        return [word for word in self.words if word.span.end_s <= len(samples) / RATE_HZ]
