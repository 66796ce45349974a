"""Addresses of a link's pages, and of what buyers do with links."""

from django.urls import path

from orders.links import views

app_name = "links"

urlpatterns = [
    path("answer/<str:token>/", views.order, name="order"),
    path("answer/<str:token>/code/", views.send_code, name="send_code"),
    path("answer/<str:token>/device/", views.device, name="device"),
    path("answer/<str:token>/join/", views.join, name="join"),
    path("answer/<str:token>/forget/", views.forget, name="forget"),
    path("answer/<str:token>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("answer/<str:token>/accept/", views.accept, name="accept"),
    path("answer/<str:token>/withdraw/", views.withdraw, name="withdraw"),
    path("answer/<str:token>/renew/", views.renew, name="renew"),
    path("orders/<int:pk>/links/", views.of_order, name="of_order"),
    path("orders/<int:pk>/links/send/", views.send, name="send"),
    path("orders/links/<int:pk>/revoke/", views.revoke, name="revoke"),
]
