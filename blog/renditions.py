"""Smaller copies of a picture, as AVIF and WebP; the only module that imports django-pictures.

The package draws them when a file is saved. Here that would be in a request, and lost if the worker
stops: rows of MediaRendering say what is to be drawn (blog/models/media.py).
"""

from collections.abc import Iterator

from pictures.models import PictureField, PictureFieldFile, PillowPicture

from blog.images import open_clean

FILE_TYPES = ["AVIF", "WEBP"]  # in the order in which browsers are asked
WIDTHS = (400, 800, 1200, 1600)


def left_to_the_worker(**kwargs: object) -> None:
    """Do nothing when a file is saved (settings.PICTURES)."""


class RenditionsFile(PictureFieldFile):
    @staticmethod
    def get_picture_files(*, file_name, img_width, img_height, storage, field):
        """Return {None: {type: {width: rendition}}}; the largest has the picture's own width."""
        widths = [*(width for width in WIDTHS if width < img_width), img_width]
        return {
            None: {
                kind: {
                    width: PillowPicture(file_name, kind, None, storage, width) for width in widths
                }
                for kind in field.file_types
            }
        }

    def sources(self) -> Iterator[tuple[str, str]]:
        """Yield (media type, srcset) for each type of file."""
        for kind, by_width in self.aspect_ratios[None].items():
            srcset = ", ".join(f"{drawn.url} {width}w" for width, drawn in by_width.items())
            yield f"image/{kind.lower()}", srcset

    def thumbnail_url(self) -> str:
        """Return the address of the smallest rendition."""
        return next(iter(self.aspect_ratios[None]["WEBP"].values())).url

    def draw_renditions(self) -> None:
        """Write all files anew; seconds of work for a large picture, and safe to do twice."""
        with self.storage.open(self.name) as stored:
            picture = open_clean(stored)
        for drawn in self.get_picture_files_list():
            drawn.save(picture)

    def names(self) -> list[str]:
        """Return the names of the file and all its renditions, drawn or not."""
        return [self.name, *(drawn.name for drawn in self.get_picture_files_list())]


class RenditionsField(PictureField):
    attr_class = RenditionsFile

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"file_types": FILE_TYPES} | kwargs)

    def deconstruct(self):
        """Leave out what the package reads from settings: none of it is about the column."""
        name, path, args, kwargs = super().deconstruct()
        for option in (
            "aspect_ratios", "container_width", "file_types", "pixel_densities", "grid_columns",
            "breakpoints",
        ):  # fmt: skip
            kwargs.pop(option, None)
        return name, path, args, kwargs
