"""How the names of recordings end. Stands alone: what opens recordings takes long to import."""

MEDIA_ENDINGS = frozenset(
    ".mp4 .m4v .mov .mkv .webm .avi .mpg .mpeg .wav .mp3 .m4a .flac .ogg .oga .ogv .opus"
    " .jpg .jpeg .png .webp .bmp".split()
)
"""The endings by which a recording is found in a folder; what a file really is, its bytes say."""
