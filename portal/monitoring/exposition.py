"""Prometheus' text format, version 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})


@dataclass(frozen=True, slots=True)
class Sample:
    """One value; ``suffix`` is what a histogram adds to its name."""

    value: float
    labels: Mapping[str, str] = field(default_factory=dict)
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure with all its samples; ``kind`` is gauge, counter or histogram."""

    name: str
    kind: str
    about: str
    samples: Sequence[Sample]


def histogram_samples(
    labels: Mapping[str, str], bounds: Sequence[float], buckets: Sequence[int], total: float
) -> list[Sample]:
    """Return the samples of a histogram, whose buckets are cumulative here and single counts with us."""
    running = list(accumulate(buckets))
    ends = [*bounds, math.inf]
    found = [
        Sample(count, {**labels, "le": _number(end)}, "_bucket")
        for end, count in zip(ends, running, strict=True)
    ]
    return [*found, Sample(total, labels, "_sum"), Sample(running[-1], labels, "_count")]


def as_text(metrics: Iterable[Metric]) -> str:
    """Return the metrics as Prometheus reads them; one without samples is left out."""
    lines: list[str] = []
    for metric in metrics:
        if metric.samples:
            lines += [f"# HELP {metric.name} {metric.about}", f"# TYPE {metric.name} {metric.kind}"]
            lines += [_line(metric.name, sample) for sample in metric.samples]
    return "\n".join(lines) + "\n"


def _line(name: str, sample: Sample) -> str:
    labels = ",".join(f'{key}="{str(value).translate(_ESCAPES)}"' for key, value in sample.labels.items())
    return f"{name}{sample.suffix}{{{labels}}} {_number(sample.value)}"


def _number(value: float) -> str:
    if math.isinf(value):
        return "+Inf"
    return str(int(value)) if value == int(value) else repr(float(value))
