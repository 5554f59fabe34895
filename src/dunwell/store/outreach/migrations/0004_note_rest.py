"""Notes after which somebody rests are few and asked for each day: they get an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A partial index."""

    dependencies = [("outreach", "0003_reply_parts")]

    operations = [
        migrations.AddIndex(
            model_name="note",
            index=models.Index(
                fields=["rest_until"],
                condition=models.Q(("rest_until__isnull", False)),
                name="note_rest",
            ),
        ),
    ]
