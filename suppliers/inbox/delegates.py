"""Who may stand in for somebody: colleagues in the same place with the same right."""

from suppliers.people.models import Membership, User
from suppliers.people.roles import Role, have_same_right


def delegates_of(user: User) -> list[User]:
    """Return the colleagues who may do, in one of this person's places, what this person does there."""
    mine = {(one.supplier_id, one.company_id): Role(one.role) for one in user.active_memberships}
    rows = Membership.objects.visible_to(user).filter(user__is_active=True).exclude(user=user)
    able = {
        row.user_id: row.user
        for row in rows.select_related("user").order_by("user__name", "pk")
        if (role := mine.get((row.supplier_id, row.company_id))) and have_same_right(role, Role(row.role))
    }
    return list(able.values())
