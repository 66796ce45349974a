"""Addresses of the order list, the order page, and what can be done there."""

from django.urls import path

from orders.purchasing import views

app_name = "orders"

urlpatterns = [
    path("orders/", views.order_list, name="list"),
    path("orders.csv", views.order_csv, name="csv"),
    path("orders/<int:pk>/", views.order_detail, name="detail"),
    path("orders/<int:pk>/lines/<int:line>/dates/", views.line_dates, name="dates"),
    path("orders/<int:pk>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("orders/<int:pk>/accept/", views.accept, name="accept"),
    path("orders/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("orders/<int:pk>/approve/", views.approve, name="approve"),
    path("orders/<int:pk>/decline/", views.decline, name="decline"),
    path("orders/<int:pk>/counter/", views.counter, name="counter"),
]
