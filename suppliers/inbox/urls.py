"""The addresses of what I am told."""

from django.urls import path

from suppliers.inbox import views

app_name = "inbox"

urlpatterns = [
    path("notices/", views.notice_list, name="list"),
    path("notices/read/", views.read, name="read_all"),
    path("notices/<int:pk>/", views.notice_detail, name="detail"),
    path("notices/<int:pk>/read/", views.read, name="read"),
    path("preferences/", views.preferences, name="preferences"),
    path("preferences/recommended/", views.use_recommended, name="use_recommended"),
    path("absence/", views.away, name="away"),
    path("absence/<int:pk>/end/", views.back, name="back"),
]
