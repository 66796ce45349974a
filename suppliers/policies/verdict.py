"""A verdict: the tree of what became of each deviation, stored, read back, and reached again. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from suppliers.policies.records import Bound, Check, Finding, Measure, PolicyRef, Rule, Scope, Value
from suppliers.policies.rules import weigh
from suppliers.policies.terms import Beyond, Days, Joined, Matter, Outcome, worst

# Raised when the engine reads the same inputs another way: stored verdicts say by which they were reached.
ENGINE = 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one line's answer: the strictest of its findings."""

    on: date  # the day whose policies were used, in the company's zone
    findings: tuple[Finding, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """The strictest outcome; nothing that deviates passes."""
        return worst([finding.outcome for finding in self.findings])

    def as_json(self) -> dict[str, Any]:
        """Return the tree as it is stored."""
        return {
            "engine": ENGINE,
            "on": self.on.isoformat(),
            "outcome": self.outcome.value,
            "findings": [_written(finding) for finding in self.findings],
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Verdict":
        """Return a stored tree."""
        return cls(date.fromisoformat(stored["on"]), tuple(_read(one) for one in stored["findings"]))

    def again(self) -> "Verdict":
        """Reach the verdict once more from the inputs, bounds and closed days it carries; it is equal."""
        return replace(self, findings=tuple(_again(finding) for finding in self.findings))


@dataclass(frozen=True, slots=True)
class _Remembered:
    """The calendar of a stored finding: every day was open but those that were not counted then."""

    closed: frozenset[date]

    def is_working_day(self, day: date) -> bool:
        return day not in self.closed


def _again(finding: Finding) -> Finding:
    if finding.policy is None:
        return weigh(finding.measure, None, {})
    bound = Bound(
        **{check.kind: check.bound for check in finding.checks},
    )
    rule = Rule(
        policy_id=finding.policy.policy_id,
        version_id=finding.policy.version_id,
        number=finding.policy.number,
        name=finding.policy.name,
        matter=finding.measure.matter,
        scope=Scope(0),
        starts_on=date.min,
        lower=bound,
        upper=bound,
        joined=finding.joined,
        currency=finding.currency,
        days=finding.days,
        beyond=finding.beyond,
    )
    calendar = {finding.days: _Remembered(frozenset(finding.closed))} if finding.closed else {}
    # The limit may lie beyond the days that were remembered: it is a courtesy, not part of the verdict.
    return replace(weigh(finding.measure, rule, calendar), limit=finding.limit)


def _written(finding: Finding) -> dict[str, Any]:
    measure, policy = finding.measure, finding.policy
    return {
        "matter": measure.matter.value,
        "asked": _value(measure.asked),
        "answered": _value(measure.answered),
        "unit": measure.unit,
        "where": measure.where,
        "outcome": finding.outcome.value,
        "policy": policy
        and {
            "policy": policy.policy_id,
            "version": policy.version_id,
            "number": policy.number,
            "name": policy.name,
        },
        "difference": _value(finding.difference),
        "joined": finding.joined.value,
        "days": finding.days.value,
        "beyond": finding.beyond.value,
        "currency": finding.currency,
        "closed": [day.isoformat() for day in finding.closed],
        "checks": [
            {"kind": c.kind, "bound": str(c.bound), "measured": _text(c.measured), "holds": c.holds}
            for c in finding.checks
        ],
        "limit": _value(finding.limit),
    }


def _read(one: Mapping[str, Any]) -> Finding:
    policy = one["policy"]
    return Finding(
        measure=Measure(
            Matter(one["matter"]), _valued(one["asked"]), _valued(one["answered"]), one["unit"], one["where"]
        ),
        outcome=Outcome(one["outcome"]),
        policy=policy and PolicyRef(policy["policy"], policy["version"], policy["number"], policy["name"]),
        difference=_valued(one["difference"]),  # type: ignore[arg-type]
        joined=Joined(one["joined"]),
        days=Days(one["days"]),
        beyond=Beyond(one["beyond"]),
        currency=one["currency"],
        closed=tuple(date.fromisoformat(day) for day in one["closed"]),
        checks=tuple(
            Check(
                c["kind"],
                Decimal(c["bound"]),
                None if c["measured"] is None else Decimal(c["measured"]),
                c["holds"],
            )
            for c in one["checks"]
        ),
        limit=_valued(one["limit"]),
    )


# Numbers, dates and texts stay apart in JSON: {"n": "4.50"}, {"d": "2026-12-15"}, {"t": "…"}.
def _value(value: Value) -> dict[str, str] | None:
    match value:
        case None:
            return None
        case Decimal():
            return {"n": f"{value:f}"}
        case date():
            return {"d": value.isoformat()}
        case _:
            return {"t": value}


def _valued(stored: Mapping[str, str] | None) -> Value:
    if stored is None:
        return None
    if "n" in stored:
        return Decimal(stored["n"])
    return date.fromisoformat(stored["d"]) if "d" in stored else stored["t"]


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"
