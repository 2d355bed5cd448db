"""Find what of a person is approved without walking through all that waits of them."""

from django.db import migrations, models
from django.db.models import SET_NULL


class Migration(migrations.Migration):
    dependencies = [("comments", "0022_same_text")]

    operations = [
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["author", "status"], name="comment_of_person"),
        ),
        migrations.AlterField(
            model_name="comment",
            name="author",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="By the address typed; a proof only where the comment is verified.",
                null=True,
                on_delete=SET_NULL,
                related_name="comments",
                to="blog.author",
                verbose_name="author",
            ),
        ),
    ]
