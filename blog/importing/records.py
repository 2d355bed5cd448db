"""Lists of plain records in JSON, as the commands import_people and import_newsletters read."""

import json
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db.models import Model


class RecordError(Exception):
    """The file or one of its records cannot be used; says which and why."""


def read_records(path: Path, fields: set[str]) -> list[dict[str, str]]:
    """Return the objects of a JSON list, each with texts for some of `fields` and nothing else."""
    try:
        records = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise RecordError(f"{path}: {error}") from error
    if not isinstance(records, list):
        raise RecordError(f"{path}: this is not a list of objects")
    for number, record in enumerate(records, start=1):
        if not isinstance(record, dict) or not all(isinstance(v, str) for v in record.values()):
            raise RecordError(f"{path}, entry {number}: this is not an object of texts")
        if unknown := sorted(record.keys() - fields):
            raise RecordError(f"{path}, entry {number}: unknown field {', '.join(unknown)}")
    return records


def check_record(row: Model, number: int) -> None:
    """Raise RecordError with every problem of `row`, made from entry `number`."""
    try:
        row.full_clean()
    except ValidationError as error:
        problems = [f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items()]
        raise RecordError(f"entry {number}: {'; '.join(problems)}") from error
