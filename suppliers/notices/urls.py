"""The addresses of the demo's sent mail."""

from django.urls import path

from suppliers.notices import views

app_name = "notices"

urlpatterns = [
    path("", views.sent, name="sent"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/body/", views.body, name="body"),
]
