"""Give each person a face of their own: the default of 0002 was drawn once for all rows there were."""

from django.db import migrations

from blog.models.author import new_face


def fill(apps, schema_editor):
    authors = apps.get_model("blog", "Author").objects.only("pk")
    changed = []
    for author in authors.iterator(chunk_size=2000):
        author.face = new_face()
        changed.append(author)
    authors.bulk_update(changed, ["face"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("blog", "0002_author_face")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
