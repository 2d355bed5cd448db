from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from blog.wxr import WxrError
from comments.importing import import_files


class Command(BaseCommand):
    help = (
        "Import posts and answers from WordPress exports (WXR 1.0 to 1.2). All files of one call "
        "go in together: if one of them cannot be read, nothing of any of them is imported. What "
        "was imported before is left as it is, so a longer export of the same site can follow."
    )

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--dry-run", action="store_true", help="do it all, show the receipt, keep nothing"
        )
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            default="",
            help="the site's language, where the file does not say; texts that are clearly in "
            "the other one are marked so",
        )
        parser.add_argument(
            "--media",
            type=Path,
            metavar="DIR",
            help="a copy of wp-content/uploads; pictures that are not in it become links",
        )
        parser.add_argument(
            "--trust-gmt",
            action="store_true",
            help="take GMT times for true even if they are the local ones throughout the file",
        )

    def handle(self, *args, files, dry_run, language, media, trust_gmt, verbosity, **options):
        for path in files:
            if not path.is_file():
                raise CommandError(f"{path} is not a file.")
        if media and not media.is_dir():
            raise CommandError(f"{media} is not a folder.")
        try:
            receipt = import_files(
                files,
                language=language,
                media=media,
                trusts_gmt=trust_gmt,
                dry_run=dry_run,
                say=self.stdout.write if verbosity else lambda line: None,
            )
        except WxrError as error:
            where = "".join(getattr(error, "__notes__", []))
            raise CommandError(f"{where}: {error}. Nothing was imported.") from error
        for line in receipt.lines():
            self.stdout.write(line)
        if dry_run:
            self.stdout.write("This was a dry run: nothing of it was kept.")
