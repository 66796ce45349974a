"""Orders and their lines can be written about."""

from django.urls import reverse

from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from suppliers.people.models import User
from suppliers.threads.matters import Matter, talked_about

ORDER, LINE = "purchaseorder", "purchaseorderline"


def matter_of_order(order: PurchaseOrder) -> Matter:
    """Return an order as something to write about."""
    return Matter(order, order, f"Order {order.number}", reverse("orders:detail", args=[order.pk]))


def matter_of_line(line: PurchaseOrderLine) -> Matter:
    """Return a line as something to write about; it comes with its order."""
    name = line.product_code or line.description.partition("\n")[0][:60]
    url = f"{reverse('orders:detail', args=[line.order_id])}#line-{line.pk}"
    return Matter(line, line.order, f"Order {line.order.number}, {name or 'a line'}", url)


@talked_about(ORDER)
def find_order(viewer: User, pk: int) -> Matter | None:
    """Find an order that somebody may see."""
    orders = PurchaseOrder.objects.visible_to(viewer).select_related("company", "supplier")
    order = orders.filter(pk=pk).first()
    return matter_of_order(order) if order else None


@talked_about(LINE)
def find_line(viewer: User, pk: int) -> Matter | None:
    """Find a line of an order that somebody may see."""
    lines = PurchaseOrderLine.objects.visible_to(viewer).select_related("order__company", "order__supplier")
    line = lines.filter(pk=pk).first()
    return matter_of_line(line) if line else None
