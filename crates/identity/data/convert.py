"""Makes common.bin and breached.bin from the lists named in PROVENANCE.md.

    python3 convert.py ZXCVBN_JSON DJANGO_GZ SECLISTS_GZ

Each list is ordered by how often a password was seen. An entry of the result is the first five bytes of the SHA-256 of
the password in lower case; the entries are sorted. Passwords of fewer than 8 characters are left out: none can be set.
"""

import gzip
import hashlib
import json
import sys

SHORTEST = 8
COMMON = 10_000
TOTAL = 100_000
WIDTH = 5


def lists(zxcvbn, django, seclists):
    """The three lists, most frequent first."""
    with open(zxcvbn, encoding="utf-8") as file:
        yield json.load(file)
    for path in (django, seclists):
        with gzip.open(path, "rt", encoding="utf-8", errors="strict") as file:
            yield file.read().split("\n")


def entries(words):
    """Entries in sorted order."""
    return sorted({hashlib.sha256(word.encode()).digest()[:WIDTH] for word in words})


def main():
    """Writes both files."""
    ranked = [[word.lower() for word in one] for one in lists(*sys.argv[1:4])]
    common = {word for one in ranked for word in one[:COMMON] if len(word) >= SHORTEST}
    breached = {}
    for one in ranked:
        for word in one:
            if len(word) >= SHORTEST and word not in common and len(common) + len(breached) < TOTAL:
                breached[word] = None
    for name, words in (("common.bin", common), ("breached.bin", breached)):
        with open(name, "wb") as file:
            file.write(b"".join(entries(words)))
        print(name, len(words))


main()
