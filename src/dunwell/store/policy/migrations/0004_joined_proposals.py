import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("policy", "0003_documents")]

    operations = [
        migrations.AddField(
            model_name="proposal",
            name="joins",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="joined",
                to="policy.proposal",
            ),
        ),
    ]
