"""Addresses of the alerts and of what can be done about one."""

from django.urls import path

from suppliers.alerts import views

app_name = "alerts"

urlpatterns = [
    path("", views.alerts, name="list"),
    path("<int:pk>/snooze/", views.snooze, name="snooze"),
    path("<int:pk>/assign/", views.assign, name="assign"),
]
