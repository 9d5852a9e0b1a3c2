"""The clock of sound, on made timestamps: what is late, lost, in bursts, and drifting."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from emoclassify.media.steady import PAUSE_S, WOBBLE_S, Block, Placed, steadied
from tests.support.made import tone
from tests.support.seen import sound

PACKET_S = 0.02
RATE_HZ = 16_000
SAMPLES = np.zeros(round(PACKET_S * RATE_HZ), np.float32)


def placed(times_s: Iterable[float | None]) -> list[Placed]:
    """Where packets of 20 ms with these timestamps are put."""
    return list(steadied(Block(time_s, SAMPLES, RATE_HZ) for time_s in times_s))


def gaps_s(blocks: list[Placed]) -> npt.NDArray[np.float64]:
    return np.diff([block.start_s for block in blocks]) - PACKET_S


@pytest.mark.parametrize("seed", range(10))
def test_packets_that_are_late_by_chance_are_put_without_a_gap(seed: int) -> None:
    lateness_s = np.random.default_rng(seed).uniform(0, 0.3, 1000)
    blocks = placed(i * PACKET_S + late_s for i, late_s in enumerate(lateness_s))
    # In the last two seconds nothing says that a late packet is not a lost one.
    assert np.abs(gaps_s(blocks)[:-100]).max() <= 2 * WOBBLE_S
    assert [block.start_s for block in blocks][:-100] == pytest.approx(np.arange(900) * PACKET_S, abs=2 * WOBBLE_S)


@pytest.mark.parametrize("n_in_burst", [2, 5, 10, 40])
def test_packets_in_bursts_are_put_without_a_gap(n_in_burst: int) -> None:
    times_s = [(i // n_in_burst) * n_in_burst * PACKET_S + i % n_in_burst * 0.001 for i in range(400)]
    blocks = placed(times_s)
    assert len(blocks) == 400
    assert np.abs(gaps_s(blocks)).max() <= WOBBLE_S


@pytest.mark.parametrize("n_lost", [1, 3, 19])
def test_a_lost_packet_leaves_its_place_where_it_was(n_lost: int) -> None:
    times_s = [i * PACKET_S for i in range(400) if not 200 <= i < 200 + n_lost]
    blocks = placed(times_s)
    assert [block.start_s for block in blocks] == pytest.approx(times_s)


def test_a_clock_that_drifts_is_followed() -> None:
    times_s = [i * PACKET_S * 1.002 for i in range(20_000)]  # 0.8 s in 400 s
    blocks = placed(times_s)
    assert [block.start_s for block in blocks] == pytest.approx(times_s, abs=WOBBLE_S)


def test_one_damaged_timestamp_moves_nothing() -> None:
    for damage_s in (-0.7, 5.0):
        times_s = [i * PACKET_S + damage_s * (i == 100) for i in range(300)]
        assert [block.start_s for block in placed(times_s)] == pytest.approx([i * PACKET_S for i in range(300)])


def test_packets_without_a_timestamp_follow_the_one_before() -> None:
    times_s = [None if i % 3 else i * PACKET_S for i in range(300)]
    assert [block.start_s for block in placed(times_s)] == pytest.approx([i * PACKET_S for i in range(300)])


def write_packets(path: Path, times_ms: Iterable[int | None], seconds: float) -> Path:
    """A tone as Opus in packets of 20 ms, each with its timestamp, or none at all where that is None."""
    with av.open(str(path), "w", options={"avoid_negative_ts": "disabled"}) as container:
        stream = container.add_stream("libopus", rate=48_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone(seconds, 48_000)[None], format="flt", layout="mono")
        frame.sample_rate = 48_000
        resampler = av.AudioResampler(format="flt", layout="mono", rate=48_000, frame_size=960)
        packets = [packet for block in resampler.resample(frame) for packet in stream.encode(block)]
        for packet, time_ms in zip([*packets, *stream.encode()], times_ms, strict=False):
            if time_ms is not None:
                packet.time_base = Fraction(1, 1000)
                packet.pts = packet.dts = time_ms
                container.mux(packet)
    return path


def runs(blocks: list[tuple[float, npt.NDArray[np.float32]]]) -> list[tuple[float, npt.NDArray[np.float32]]]:
    """The blocks joined where they follow each other."""
    joined: list[tuple[float, npt.NDArray[np.float32]]] = []
    for start_s, samples in blocks:
        if joined and start_s == pytest.approx(joined[-1][0] + len(joined[-1][1]) / RATE_HZ, abs=1e-6):
            joined[-1] = (joined[-1][0], np.concatenate([joined[-1][1], samples]))
        else:
            joined.append((start_s, samples))
    return joined


def silent_share(samples: npt.NDArray[np.float32]) -> float:
    """The share of 5 ms in which nothing is heard."""
    return float((np.abs(samples[: len(samples) // 80 * 80]).reshape(-1, 80).max(axis=1) < 0.01).mean())


def test_a_call_with_lost_packets_is_one_run_of_the_right_length(tmp_path: Path) -> None:
    lost = set(np.random.default_rng(3).choice(range(10, 490), 25, replace=False).tolist())
    path = write_packets(tmp_path / "a.webm", [None if i in lost else 20 * i for i in range(500)], 10.0)
    ((start_s, samples),) = runs(sound(path))
    assert start_s == pytest.approx(0.0, abs=0.01)
    assert len(samples) / RATE_HZ == pytest.approx(10.0, abs=0.05)
    assert silent_share(samples) == pytest.approx(25 / 500, abs=0.015)  # the decoder lets a tone fade


def test_a_call_received_in_bursts_is_one_run_of_the_right_length(tmp_path: Path) -> None:
    path = write_packets(tmp_path / "a.webm", [200 * (i // 10) + i % 10 for i in range(500)], 10.0)
    ((start_s, samples),) = runs(sound(path))
    assert start_s == pytest.approx(0.0, abs=0.2)
    assert len(samples) / RATE_HZ == pytest.approx(10.0, abs=0.05)
    assert silent_share(samples[RATE_HZ : -3 * RATE_HZ]) == 0


@pytest.mark.parametrize(("pause_s", "n_runs"), [(PAUSE_S - 0.1, 1), (PAUSE_S + 0.1, 2)])
def test_a_long_gap_is_a_pause_and_a_short_one_is_silence(tmp_path: Path, pause_s: float, n_runs: int) -> None:
    times_ms = [20 * i + round(1000 * pause_s) * (i >= 100) for i in range(200)]
    parts = runs(sound(write_packets(tmp_path / "a.mka", times_ms, 4.0)))
    assert len(parts) == n_runs
    start_s, samples = parts[-1]
    assert start_s + len(samples) / RATE_HZ == pytest.approx(4.0 + pause_s, abs=0.05)
