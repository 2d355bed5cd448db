"""Bring in the answers of WordPress exports, and by blog.importing the posts they belong to."""

from collections.abc import Callable, Sequence
from pathlib import Path

from django.db import transaction

from blog import wxr
from blog.importing import Pictures, Receipt, SiteImport
from comments.importing.threads import PostImport

__all__ = ["import_files"]


def import_files(
    paths: Sequence[Path],
    *,
    language: str = "",
    media: Path | None = None,
    trusts_gmt: bool = False,
    dry_run: bool = False,
    say: Callable[[str], None] = lambda line: None,
) -> Receipt:
    """Import WXR files in one transaction and return what came in and what did not.

    Raise wxr.WxrError, with the file's path as a note, if one cannot be read: then nothing of any
    of them is in. With `dry_run` all is done and rolled back.
    """
    receipt, pictures = Receipt(), Pictures(media)
    try:
        with transaction.atomic():
            for path in paths:
                say(f"Reading {path.name} …")
                _import_file(path, receipt, pictures, language, trusts_gmt, say)
            transaction.set_rollback(dry_run)
    except BaseException:
        pictures.discard()
        raise
    if dry_run:
        pictures.discard()
    return receipt


def _import_file(path, receipt, pictures, language, trusts_gmt, say):
    export = wxr.Export(path)
    try:
        survey = export.survey()
        site = SiteImport(survey, receipt, pictures, language=language, trusts_gmt=trusts_gmt)
        for number, item in enumerate(export.items(), start=1):
            post = site.add(item)
            if post and item.comments:
                PostImport(site, post).add(item.comments)
            if number % 500 == 0:
                say(f"  {number} items, {receipt.came_in['answers']} answers …")
        site.finish()
    except wxr.WxrError as error:
        error.add_note(str(path))
        raise
    if export.removed_characters:
        receipt.note(f"{export.removed_characters} control characters removed from", path.name)
