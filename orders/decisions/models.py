"""What a person told the portal about working with the keyboard."""

from django.conf import settings
from django.db import models


class Keyboard(models.Model):
    """Whether single keys act on pages, for one person. Without a row they do."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    is_on = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "keyboards"

    def __str__(self) -> str:
        return f"{self.user}: {'on' if self.is_on else 'off'}"
