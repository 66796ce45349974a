"""The addresses of what was sent about an order."""

from django.urls import path

from orders.deadlines import views

app_name = "deadlines"

urlpatterns = [
    path("orders/<int:pk>/sent/", views.sent, name="sent"),
    path("orders/<int:pk>/sent/to/", views.reroute, name="reroute"),
    path("orders/<int:pk>/opened/", views.opened, name="opened"),
]
