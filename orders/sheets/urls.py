"""Addresses of sheets. ``form`` is the kind of file."""

from django.urls import path, register_converter

from orders.sheets import views

app_name = "sheets"


class FormConverter:
    """The kinds of files: xlsx and csv."""

    regex = "xlsx|csv"

    def to_python(self, value: str) -> str:
        """Return it as it stands in the address."""
        return value

    def to_url(self, value: str) -> str:
        """Return it as it stands in the address."""
        return value


register_converter(FormConverter, "sheetform")

urlpatterns = [
    path("orders/sheets/", views.about, name="about"),
    path("orders/sheets/lines.<sheetform:form>", views.download, name="download"),
    path("orders/sheets/upload/", views.upload, name="upload"),
    path("orders/jobs/<int:pk>/sheet.<sheetform:form>", views.told, name="told"),
]
