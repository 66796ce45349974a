"""Production: refuses to start without what it needs, and passes Django's own review with it."""

import os
import subprocess
import sys
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command

REQUIRED = {
    "SECRET_KEY": "s3cr3t-" * 10 + "0123456789abcdefghij",
    "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    "ALLOWED_HOSTS": "portal.example.com",
    "DATABASE_URL": "postgresql://quayside@db.example.com/quayside",
    "BROKER_URL": "amqp://mq.example.com//",
}


def manage(*arguments: str, without: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command as production would, with nothing else in the environment than it needs."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    given = {name: value for name, value in REQUIRED.items() if name != without}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env=kept | given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("name", REQUIRED)
def test_production_refuses_to_start_without(name):
    done = manage("check", without=name)
    assert done.returncode != 0
    assert f"{name} is not set" in done.stderr


def test_the_review_of_production_settings_finds_nothing():
    done = manage("check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_the_demos_commands_are_not_in_production():
    assert "seed_demo" not in manage("help", "--commands").stdout


@pytest.mark.django_db
def test_no_migration_is_missing():
    said = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=said)
    assert "No changes detected" in said.getvalue()
