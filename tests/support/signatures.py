"""The first bytes of every format that is read, as their specifications have them."""

STARTS = {
    b"\x00\x00\x00\x20ftypisom": "video/mp4",
    b"\x00\x00\x00\x20ftypM4A ": "audio/mp4",
    b"\x00\x00\x00\x20ftypM4B ": "audio/mp4",
    b"\x00\x00\x00\x14ftypqt  ": "video/quicktime",
    b"\x00\x00\x00\x0amoov": "video/mp4",
    b"\x00\x00\x00\x08wide": "video/mp4",
    b"\x1a\x45\xdf\xa3": "video/webm",
    b"RIFF\x24\x0a\x00\x00AVI LIST": "video/x-msvideo",
    b"RIFF\xff\xff\xff\xffWAVEfmt ": "audio/wav",
    b"RF64\xff\xff\xff\xffWAVEds64": "audio/wav",
    b"RIFF\x0a\x0d\x00\x00WEBPVP8 ": "image/webp",
    b"\x00\x00\x01\xba": "video/mpeg",
    b"\x00\x00\x01\xb3": "video/mpeg",
    b"ID3\x04": "audio/mpeg",
    b"\xff\xfb\x90": "audio/mpeg",
    b"\xff\xf3\x40": "audio/mpeg",
    b"\xff\xe3\x40": "audio/mpeg",
    b"fLaC": "audio/flac",
    b"OggS": "audio/ogg",
    b"\xff\xd8\xff\xe0": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"BM\x36\x00": "image/bmp",
}
"""First bytes -> what browsers call the format."""
