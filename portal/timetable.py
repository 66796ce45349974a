"""What runs by itself and when, and in which queue: part of the settings."""

import os
from typing import Any

from celery.schedules import crontab, schedule

FEED_POLL_SECONDS = float(os.environ.get("FEED_POLL_SECONDS", "15"))

# Hours are in UTC, and at night, when Odoo has little to do.
SCHEDULE: dict[str, dict[str, Any]] = {
    "outbox-sweep": {
        "task": "integrations.outbox.sweep",
        "schedule": schedule(5.0),
        # A worker that was away for an hour needs one sweep, not seven hundred.
        "options": {"queue": "critical", "expires": 5},
    },
    "deadlines": {
        "task": "orders.deadlines.keep",
        "schedule": schedule(60.0),
        "options": {"expires": 60},
    },
    "deliveries-near": {
        "task": "orders.purchasing.ask_what_comes_due",
        "schedule": schedule(900.0),
        "options": {"expires": 900},
    },
    "messages": {
        "task": "suppliers.threads.tell",
        "schedule": schedule(30.0),
        "options": {"expires": 30},
    },
    "digests": {
        "task": "suppliers.inbox.send_digests",
        "schedule": schedule(120.0),
        "options": {"expires": 120},
    },
    "alert-rules": {"task": "suppliers.alerts.run_rules", "schedule": schedule(60.0)},
    "reconciliation": {
        "task": "integrations.reconciliation.compare_all",
        "schedule": crontab(hour=os.environ.get("RECONCILE_HOUR", "2"), minute="30"),
    },
    "odoo-deletions": {"task": "orders.purchasing.find_deleted", "schedule": schedule(3600.0)},
    "odoo-connections": {
        "task": "integrations.odoo.test_all_connections",
        "schedule": crontab(hour=4, minute=15),
    },
    "odoo-old-calls": {"task": "integrations.odoo.forget_old_calls", "schedule": crontab(hour=3, minute=30)},
    "jobs-without-worker": {
        "task": "orders.bulk.sweep",
        "schedule": schedule(15.0),
        "options": {"expires": 15},
    },
    "decisions-without-worker": {
        "task": "orders.decisions.sweep",
        "schedule": schedule(15.0),
        "options": {"expires": 15},
    },
    "old-decision-jobs": {
        "task": "orders.decisions.forget_old",
        "schedule": crontab(hour=3, minute=50),
    },
    "documents-without-worker": {"task": "orders.documents.sweep", "schedule": schedule(60.0)},
    "old-drafts": {"task": "orders.grid.forget_old", "schedule": crontab(hour=3, minute=50)},
    "old-jobs": {"task": "orders.bulk.forget_old", "schedule": crontab(hour=3, minute=45)},
    "old-codes": {"task": "orders.links.forget_codes", "schedule": crontab(hour=3, minute=50)},
    "odoo-feed": {"task": "orders.purchasing.pull_changes", "schedule": schedule(FEED_POLL_SECONDS)},
}

# What is not named here is in the queue "default", or where it is called says so.
QUEUES = {
    "orders.purchasing.pull_changes": {"queue": "default"},
    "orders.purchasing.catch_up": {"queue": "bulk"},
    "orders.purchasing.import_orders": {"queue": "bulk"},
    "orders.bulk.forget_old": {"queue": "bulk"},
    "orders.grid.forget_old": {"queue": "bulk"},
    "orders.documents.make_zip": {"queue": "bulk"},
    "orders.documents.sweep": {"queue": "bulk"},
    "orders.links.forget_codes": {"queue": "bulk"},
    "orders.decisions.forget_old": {"queue": "bulk"},
    "integrations.odoo.forget_old_calls": {"queue": "bulk"},
    "integrations.reconciliation.compare_company": {"queue": "bulk"},
}
