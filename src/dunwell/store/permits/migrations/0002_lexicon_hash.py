from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("permits", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="permit",
            name="lexicon_hash",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
    ]
