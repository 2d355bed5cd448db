"""Work that browsers have done, so that none counts twice."""

from django.db import models


class SpentProof(models.Model):
    """The challenge of a proof that has been taken; kept until it would have expired anyway."""

    digest = models.CharField(max_length=64, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self):
        return self.digest
