from django.db import migrations


def make_anew(apps, schema_editor):
    """Entries from before have no pairs of words with the mark of their place."""
    apps.get_model("blog", "SearchEntry").objects.update(is_stale=True)


class Migration(migrations.Migration):

    dependencies = [
        ('blog', '0033_post_lists'),
    ]

    operations = [
        migrations.RunPython(make_anew, migrations.RunPython.noop),
    ]
