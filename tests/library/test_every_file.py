"""Whole files of the kinds that people have, made by ffmpeg: what is read of them is what ffprobe decodes."""

from pathlib import Path

import numpy as np
import pytest

from emoclassify.media.container import ReadCounts
from emoclassify.media.read import decoded_frames, probe
from tests.support.made import portrait
from tests.support.reference import H264, PICTURE, SOUND, first_packets_s, make, make_of, needs_ffmpeg, reference_of
from tests.support.seen import frames, sound

pytestmark = [needs_ffmpeg, pytest.mark.slow]

TIME_S = 0.002
"""Timestamps are rounded to milliseconds in some containers."""

SOUND_S = 0.05
"""The end of compressed sound differs by up to two frames of its codec between versions of FFmpeg."""

BOTH = (*PICTURE, *SOUND)
INTERLACED = ("-vf", "tinterlace=4,setfield=tff", "-flags", "+ilme+ildct")
X264_INTERLACED = (*INTERLACED, *H264, "-x264opts", "interlaced=1")
X265 = ("-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-tag:v", "hvc1", "-c:a", "aac")
FILM = ("-f", "lavfi", "-i", "testsrc2=size=720x480:rate=24000/1001:duration=2", *SOUND)
AV1 = ("-c:v", "libsvtav1", "-preset", "12", "-pix_fmt", "yuv420p")
DV = ("-f", "lavfi", "-i", "testsrc2=size=720x576:rate=25:duration=2", *SOUND)


def hdr(transfer: str) -> tuple[str, ...]:
    colours = f"log-level=error:colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc"
    return (*BOTH, *X265, "-x265-params", colours)


FILES: dict[str, tuple[str, ...]] = {
    "telephone.3gp": (*BOTH, "-s", "176x144", "-c:v", "h263", "-c:a", "aac", "-ar", "8000", "-ac", "1"),
    "television.ts": (*BOTH, *H264, "-bf", "2", "-c:a", "mp2"),
    "camcorder.mts": (*BOTH, *X264_INTERLACED, "-c:a", "ac3", "-f", "mpegts", "-mpegts_m2ts_mode", "1"),
    "tape.dv": (*DV, "-target", "pal-dv"),
    "dvd.vob": (*BOTH, "-target", "pal-dvd"),
    "telecine.mpg": (*FILM, "-vf", "telecine", "-flags", "+ilme+ildct", "-c:v", "mpeg2video", "-c:a", "mp2"),
    "ten_bits.mp4": (*BOTH, *X265, "-x265-params", "log-level=error"),
    "twelve_bits.mkv": (*BOTH, "-c:v", "ffv1", "-pix_fmt", "yuv422p12le", "-c:a", "flac"),
    "hlg.mp4": hdr("arib-std-b67"),
    "pq.mp4": hdr("smpte2084"),
    "alpha.mov": (*BOTH, "-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le", "-c:a", "pcm_s16le"),
    "alpha.webm": (*BOTH, "-c:v", "libvpx-vp9", "-deadline", "realtime", "-pix_fmt", "yuva420p", "-c:a", "libopus"),
    "animation.mov": (*BOTH, "-c:v", "qtrle", "-pix_fmt", "argb", "-c:a", "pcm_s16le"),
    "studio.mxf": (*BOTH, "-c:v", "mpeg2video", "-c:a", "pcm_s16le"),
    "round.mp4": (*BOTH, *H264, "-c:a", "aac", "-ac", "1", "-movflags", "+faststart"),
    "voice.ogg": (*SOUND, "-c:a", "libopus", "-ac", "1", "-b:a", "24k"),
    "browser.webm": (*BOTH, "-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus", "-live", "1"),
    "browser.mkv": (*BOTH, *H264, "-c:a", "libopus", "-live", "1"),
    "browser_of_chrome.webm": (*BOTH, *AV1, "-c:a", "libopus", "-live", "1"),
    "browser_of_safari.mp4": (*BOTH, *H264, "-c:a", "aac", "-movflags", "cmaf+frag_keyframe", "-brand", "iso6"),
    "browser_of_chrome.mkv": (*BOTH, *H264, "-c:a", "pcm_f32le", "-live", "1"),
    "screen.mkv": (*BOTH, "-c:v", "libx264rgb", "-preset", "ultrafast", "-pix_fmt", "bgr24", "-c:a", "flac"),
    "meeting.mp4": (*BOTH, *H264, "-video_track_timescale", "10000000", "-c:a", "aac", "-ar", "16000", "-ac", "1"),
    "camera.mov": (*BOTH, *X265[:5], "yuv422p10le", "-x265-params", "log-level=error", "-c:a", "pcm_s16be"),
    "camera.avi": (*BOTH, "-c:v", "mjpeg", "-pix_fmt", "yuvj422p", "-c:a", "pcm_u8", "-ar", "11025", "-ac", "1"),
    "cinema.mxf": (*BOTH, "-c:v", "jpeg2000", "-pix_fmt", "yuv422p10le", "-c:a", "pcm_s24le"),
    "receiver.ts": (*BOTH, *H264, "-c:a", "aac", "-mpegts_flags", "+latm"),
    "call.wav": (*SOUND, "-c:a", "libgsm_ms", "-ar", "8000", "-ac", "1"),
    "sticker.png": (*PICTURE, "-f", "apng"),
    "fragments.mp4": (*BOTH, *H264, "-c:a", "aac", "-movflags", "frag_keyframe+empty_moov+default_base_moof"),
    "pauses.mp4": (*BOTH, *H264, "-vf", "select='lt(t,0.5)+gt(t,1.2)'", "-vsync", "vfr", "-c:a", "aac"),
    "flash.flv": (*BOTH, *H264, "-bf", "2", "-c:a", "aac", "-ar", "44100"),
    "theora.ogv": (*BOTH, "-c:v", "libtheora", "-c:a", "libvorbis"),
    "recorder.w64": (*SOUND, "-c:a", "pcm_s24le"),
    "recorder.caf": (*SOUND, "-c:a", "pcm_s16be"),
    "CON.mp4": (*BOTH, *H264, "-c:a", "aac"),
    'a:b|c?"d"<e>*. .mp4': (*BOTH, *H264, "-c:a", "aac"),
}


@pytest.mark.parametrize("name", FILES)
def test_frames_times_and_sound_are_those_of_the_reference(name: str, tmp_path: Path) -> None:
    path = make(tmp_path / name, *FILES[name])
    info, expected, counts = probe(path), reference_of(path), ReadCounts()
    times_s = [time_s for _, time_s in decoded_frames(path, info, counts)]
    assert times_s == pytest.approx(expected.times_s, abs=TIME_S)
    assert not counts.warnings("picture")
    assert (info.audio.rate_hz if info.audio else 0) == expected.rate_hz
    assert sum(len(samples) for _, samples in sound(path)) / 16_000 == pytest.approx(expected.sound_s, abs=SOUND_S)


@pytest.mark.parametrize(("header", "n_bytes", "rate_hz"), [("#!AMR\n", 32, 8_000), ("#!AMR-WB\n", 33, 16_000)])
def test_telephone_sound_has_twenty_milliseconds_a_frame(
    header: str, n_bytes: int, rate_hz: int, tmp_path: Path
) -> None:
    first_byte = {32: 0x3C, 33: 0x14}[n_bytes]  # mode and quality bit (RFC 4867, 5.3)
    noise = np.random.default_rng(0).integers(0, 256, (100, n_bytes - 1), dtype=np.uint8)
    path = tmp_path / "call.amr"
    path.write_bytes(header.encode() + b"".join(bytes([first_byte]) + frame.tobytes() for frame in noise))
    info = probe(path)
    assert info.audio is not None
    assert info.audio.rate_hz == rate_hz
    assert sum(len(samples) for _, samples in sound(path)) == 100 * 0.02 * 16_000


def test_a_wmv_begins_its_picture_after_its_sound_as_its_packets_do(tmp_path: Path) -> None:
    """The sound's coder is late by a packet that decodes to nothing, so the frames alone do not tell when it began."""
    path = make(tmp_path / "windows.wmv", *BOTH, "-c:v", "wmv2", "-c:a", "wmav2", "-b:a", "64k")
    starts_s = first_packets_s(path)
    first_s = next(time_s for _, time_s in decoded_frames(path, probe(path), ReadCounts()))
    assert starts_s["audio"] < starts_s["video"]
    assert first_s == pytest.approx(starts_s["video"] - starts_s["audio"], abs=TIME_S)


def test_an_action_camera_has_data_and_two_sounds(tmp_path: Path) -> None:
    second = (*SOUND[:3], "sine=frequency=880:sample_rate=48000:duration=2")
    maps = ("-map", "0:v", "-map", "1:a", "-map", "2:a", "-timecode", "01:02:03:04")
    path = make(tmp_path / "camera.mov", *BOTH, *second, *maps, *H264, "-c:a", "aac")
    info = probe(path)
    assert len(info.audio_tracks) == 2
    assert [note.code for note in info.notes] == ["track_chosen"]
    assert len(frames(path)) == len(reference_of(path).times_s) == 50


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("interlaced.mp4", X264_INTERLACED),
        ("interlaced.mpg", (*INTERLACED, "-c:v", "mpeg2video", "-q:v", "2")),
    ],
)
def test_a_moving_face_has_no_combs(name: str, arguments: tuple[str, ...], tmp_path: Path) -> None:
    moments = [portrait(at_xy=(20 + 2 * i, 0)) for i in range(40)]  # 50 a second, two in a frame
    path = make_of(moments, 50, tmp_path / name, *arguments)
    pairs = list(zip(frames(path), decoded_frames(path, probe(path), ReadCounts()), strict=True))
    assert len(pairs) == 20
    for i, (frame, (combed, _)) in enumerate(pairs):
        true = moments[2 * i].astype(int)
        mended_error = np.abs(frame.rgb - true)[:, 60:260].mean()
        assert mended_error < 0.75 * np.abs(combed.to_ndarray(format="rgb24") - true)[:, 60:260].mean(), i


def test_what_stands_still_keeps_its_lines(tmp_path: Path) -> None:
    path = make_of(
        [portrait()] * 10, 25, tmp_path / "still.mp4", *H264, "-flags", "+ilme+ildct", "-x264opts", "interlaced=1"
    )
    for frame, (whole, _) in zip(frames(path), decoded_frames(path, probe(path), ReadCounts()), strict=True):
        assert whole.interlaced_frame
        assert np.abs(frame.rgb - whole.to_ndarray(format="rgb24").astype(int)).mean() < 1.0  # of 255
