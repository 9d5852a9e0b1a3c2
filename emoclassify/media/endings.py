"""The file name endings of recordings. Imports nothing, since what opens recordings takes long to import."""

MEDIA_ENDINGS = tuple(
    ".mp4 .m4v .mov .mkv .webm .avi .mpg .mpeg .wav .mp3 .m4a .flac .ogg .oga .ogv .opus"
    " .jpg .jpeg .png .webp .bmp".split()
)
"""The endings by which recordings are found in a folder, in the order in which they are listed for users. The format of
a file is decided by its bytes."""
