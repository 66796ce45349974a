"""The addresses of the colleagues' pages."""

from django.urls import path

from suppliers.people import views

app_name = "people"

urlpatterns = [
    path("", views.team, name="team"),
    path("supplier/<int:supplier>/invite/", views.invite, name="invite"),
    path("company/<int:company>/invite/", views.invite, name="invite"),
    path("invitations/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("invitation/<str:token>/", views.accept_invitation, name="accept_invitation"),
    path("<int:pk>/role/", views.change_role, name="change_role"),
    path("<int:pk>/remove/", views.remove, name="remove"),
]
