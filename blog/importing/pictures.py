"""Pictures of an import: looked up in a folder on this machine, never fetched."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import InMemoryUploadedFile

from blog.images import clean_picture
from blog.wordpress import Picture


class Pictures:
    """The folder that was wp-content/uploads, and what of it went into our storage.

    Files know no transaction: who rolls back the import calls `discard()`.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder.resolve() if folder else None
        self.saved: list[str] = []
        self._found: dict[Path, Picture | None] = {}

    def find(self, address: str) -> Picture | None:
        """Return our copy of the picture once served at `address`; the first call makes it."""
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

    def upload(self, address: str) -> InMemoryUploadedFile | None:
        """Return the picture once served at `address`, written anew; None if we have no such."""
        path = self.path(address)
        return self._clean(path) if path else None

    def discard(self) -> None:
        """Delete what was stored, because the rows that name it were rolled back."""
        for name in self.saved:
            default_storage.delete(name)
        self.saved = []

    def _store(self, path):
        upload = self._clean(path)
        if upload is None:
            return None
        name = default_storage.save(f"imported/{upload.name}", upload)
        self.saved.append(name)
        return Picture(default_storage.url(name), *upload.image.size)

    def _clean(self, path):
        with path.open("rb") as content:
            try:
                return clean_picture(File(content))
            except ValidationError:
                return None


def _variants(name):
    """Yield `name` as WordPress's scaled picture, as the original, and as it stands."""
    stem, dot, ending = name.rpartition(".")
    original = re.sub(r"(?:-\d+x\d+|-scaled)$", "", stem)
    if name:
        yield from dict.fromkeys(
            [f"{original}-scaled{dot}{ending}", f"{original}{dot}{ending}", name]
        )
