"""Pictures of an import: looked up in a folder on this machine, never fetched.

They come into the media library, once each, also if an earlier import or an editor brought them.
"""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import default_storage

from blog import library
from blog.models import MediaFile
from blog.wordpress import Picture

FOLDER = "Import"


class Pictures:
    """The folder that was wp-content/uploads, and what of it went into our storage.

    Files know no transaction: who rolls back the import calls `discard()`.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder.resolve() if folder else None
        self.saved: list[str] = []
        self._found: dict[Path, MediaFile | None] = {}

    def find(self, address: str) -> Picture | None:
        """Return our copy of the picture once served at `address`; the first call makes it."""
        media = self.media(address)
        if media is None:
            return None
        return Picture(media.file.url, media.width, media.height, media.pk)

    def media(self, address: str) -> MediaFile | None:
        """Return the picture once served at `address` in the library; None if we have it not."""
        path = self.path(address)
        if path is None:
            return None
        if path not in self._found:
            self._found[path] = self._store(path)
        return self._found[path]

    def path(self, address: str) -> Path | None:
        """Return the file for an address or a path under uploads; the original before a size."""
        if self.folder is None:
            return None
        wanted = unquote(urlsplit(address).path)
        wanted = wanted.rpartition("/wp-content/uploads/")[2].lstrip("/")
        for name in (wanted, wanted.rpartition("/")[2]):
            for variant in _variants(name):
                path = (self.folder / variant).resolve()
                if path.is_relative_to(self.folder) and path.is_file():
                    return path
        return None

    def discard(self) -> None:
        """Delete what was stored, because the rows that name it were rolled back."""
        for name in self.saved:
            default_storage.delete(name)
        self.saved = []

    def _store(self, path):
        with path.open("rb") as content:
            try:
                media = library.add(File(content), folder=FOLDER)
            except library.KnownPicture as known:
                return known.media
            except ValidationError:
                return None
        self.saved.append(media.file.name)
        return media


def _variants(name):
    """Yield `name` as WordPress's scaled picture, as the original, and as it stands."""
    stem, dot, ending = name.rpartition(".")
    original = re.sub(r"(?:-\d+x\d+|-scaled)$", "", stem)
    if name:
        yield from dict.fromkeys(
            [f"{original}-scaled{dot}{ending}", f"{original}{dot}{ending}", name]
        )
