"""Find the same text of late by how it begins, in place of comparing all texts of a day."""

from django.db import migrations, models
from django.db.models import F, Func


class Migration(migrations.Migration):
    dependencies = [("comments", "0021_fill_invited_at")]

    operations = [
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                Func(
                    F("body"),
                    output_field=models.TextField(),
                    template="SUBSTR(%(expressions)s, 1, 60)",
                ),
                F("created_at").desc(),
                name="comment_same_text",
            ),
        ),
    ]
