"""Addresses of the messages and of what can be done with them."""

from django.urls import path

from suppliers.threads import views

app_name = "threads"

urlpatterns = [
    path("", views.message_list, name="list"),
    path("about/<str:kind>/<int:pk>/", views.about, name="about"),
    path("about/<str:kind>/<int:pk>/write/", views.write, name="write"),
    path("about/<str:kind>/<int:pk>/seen/", views.seen, name="seen"),
    path("about/<str:kind>/<int:pk>/waiting/", views.waiting, name="waiting"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/redact/", views.redact, name="redact"),
    path("files/<int:pk>/", views.attachment, name="file"),
]
