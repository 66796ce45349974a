"""The addresses of working hours."""

from django.urls import path

from suppliers.calendars import views

app_name = "calendars"

urlpatterns = [
    path("<int:supplier>/", views.hours, name="hours"),
    path("<int:supplier>/close/", views.close, name="close"),
    path("closed/<int:pk>/reopen/", views.reopen, name="reopen"),
]
