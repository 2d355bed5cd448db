from django.db import migrations

# The number of a stretch of entries as one more term (blog/search/dialects.py), which only the
# database can write: an entry has no number before.
VECTOR = """
ALTER TABLE blog_searchentry DROP COLUMN vector;
ALTER TABLE blog_searchentry ADD COLUMN vector tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector('simple'::regconfig, title_terms), 'A')
    || setweight(to_tsvector('simple'::regconfig, about_terms), 'B')
    || setweight(to_tsvector('simple'::regconfig, body_terms), 'C')
    || setweight(to_tsvector('simple'::regconfig, other_terms), 'D')
    {window}
) STORED;
CREATE INDEX blog_searchentry_vector ON blog_searchentry USING gin (vector);
"""
WINDOW = "|| to_tsvector('simple'::regconfig, 'w' || (id / 4096)::text)"


def add_windows(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(VECTOR.format(window=WINDOW), params=None)


def remove_windows(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(VECTOR.format(window=""), params=None)


def make_anew(apps, schema_editor):
    """Entries from before have no terms for limits, titles and pairs of words."""
    apps.get_model("blog", "SearchEntry").objects.update(is_stale=True)


class Migration(migrations.Migration):

    dependencies = [
        ('blog', '0027_author_merge'),
    ]

    operations = [
        migrations.RunPython(add_windows, remove_windows),
        migrations.RunPython(make_anew, migrations.RunPython.noop),
    ]
