"""The cover of a post is a picture of the library from now on."""

import blog.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("blog", "0010_covers_into_library")]

    operations = [
        migrations.RemoveField(model_name="post", name="cover"),
        migrations.RemoveField(model_name="post", name="cover_width"),
        migrations.RemoveField(model_name="post", name="cover_height"),
        migrations.RenameField(model_name="post", old_name="cover_media", new_name="cover"),
        migrations.AlterField(
            model_name='post',
            name='cover_alt',
            field=models.CharField(blank=True, help_text="Only if the library's description does not fit this post.", max_length=250, validators=[blog.validators.validate_line], verbose_name='what the cover shows'),
        ),
        migrations.AlterField(
            model_name='post',
            name='cover',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='covered_posts', to='blog.mediafile', verbose_name='cover picture'),
        ),
    ]
