"""Who looks at pages and clicks while measuring, and at how many orders."""

ORDERS = 200_000
LINES = 5  # per order
SUPPLIERS = 500
SELLER, BUYER = "seller@bench.example", "buyer@bench.example"
PASSWORD = "bench-quayside"  # noqa: S105
