"""How the names of recordings end. Stands alone: what opens recordings takes long to import."""

MEDIA_ENDINGS = tuple(
    ".mp4 .m4v .mov .mkv .webm .avi .mpg .mpeg .wav .mp3 .m4a .flac .ogg .oga .ogv .opus"
    " .jpg .jpeg .png .webp .bmp".split()
)
"""The endings by which a recording is found in a folder, in the order in which they are told; what a file really is,
its bytes say."""
