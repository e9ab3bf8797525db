"""What two runs of the same command have in common: everything but moments, identifiers, chance and sizes."""

import re

UNLIKE = [
    (r"\x1b\[[0-9;]*m", ""),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)", "TIME"),
    (r"\d{8}T\d{6}Z", "TIME"),
    (r"\d{4}-\d\d-\d\d", "DAY"),
    (r"\b[A-Z][a-z]{2},? +\d\d? [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", "TIME"),
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID"),
    (r"aspis_(?:live|rt|dt)_[0-9A-Za-z_-]{10,}", "SECRET"),
    (r"\bv1\.[\w.-]{20,}", "SIGNATURE"),
    (r"aspis_live_…\w{4}", "SECRET"),
    (r"\b[0-9a-f]{12,64}\b", "HEX"),
    (r"\b[\w-]{43}\b", "RANDOM"),
    (r"(?<=[;, \"]r=)\d+|(?<=;t=)\d+", "N"),
    (r"\b\d+(?=(?: bytes| parts| s\b|ms\b| lines\b))", "N"),
    (r"\b\d+(?= where )", "N"),
    (r"-[0-9a-f]{8}(?=\.tar)", "-HEX"),
    (r"\bschema \d+", "schema N"),
    (r"\bby \w+ \(\d+\)", "by WHO"),
    (r"[ \t]+", " "),
]
COMPILED = [(re.compile(pattern), into) for pattern, into in UNLIKE]


def alike(one, other):
    return bare(one) == bare(other)


def bare(text):
    for pattern, into in COMPILED:
        text = pattern.sub(into, text)
    return "\n".join(line.strip() for line in text.strip().splitlines())
