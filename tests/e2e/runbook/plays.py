"""What is done to a server before the commands of a scene: attacks and accidents as they really come."""

import base64
import hashlib
import hmac
import json
import sqlite3
import struct
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from lab import PRODUCTION

OWNER, THIEF, OPERATOR = "198.51.100.7", "203.0.113.66", "198.51.100.9"
PASSWORD = "several unrelated words 42"
ADA, OP = "ada@example.org", "op@example.org"
PLAYS = {}


def play(act):
    """Makes a function known by its name."""
    PLAYS[act.__name__] = act
    return act


def sign_up(lab, name, client=OWNER):
    body = {"email": name, "password": PASSWORD, "full_name": name.split("@")[0].title()}
    expect(lab.call(client, "/api/v1/auth/register", body), 201)
    return sign_in(lab, name, client)


def sign_in(lab, name, client=OWNER):
    return expect(lab.call(client, "/api/v1/auth/login", {"email": name, "password": PASSWORD}), 200)


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def operator(lab, name=OP, invitation=None, client=OPERATOR):
    """An operator with an authenticator: their access token, which says so."""
    invitation = invitation or (lab.folder / "operator-invitation").read_text().strip()
    body = {"email": name, "password": PASSWORD, "full_name": "Operator"}
    expect(lab.call(client, f"/api/v1/auth/invitations/{invitation}", body), 201)
    pair = sign_in(lab, name, client)
    headers = bearer(pair["access_token"])
    secret = expect(lab.call(client, "/api/v1/auth/totp", method="POST", **headers), 201)["secret"]
    code = {"code": code_of(secret)}
    expect(lab.call(client, "/api/v1/auth/totp/confirm", code, **headers), 200)
    pair = expect(lab.call(client, "/api/v1/auth/refresh", {"refresh_token": pair["refresh_token"]}), 200)
    (lab.home / "operator-token").write_text(pair["access_token"])
    return pair["access_token"]


def code_of(secret):
    """RFC 6238: six digits for the half minute that is."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    start = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[start : start + 4])[0] & 0x7FFFFFFF) % 1000000:06}"


def expect(answer, status):
    if answer[0] != status:
        raise RuntimeError(f"expected {status}, got {answer}")
    return answer[1]


def alarm(lab, rule, severity=None):
    """Waits until a rule has been raised."""
    raised = lambda: any(
        alert["rule"] == rule and severity in (None, alert["severity"])
        for alert in lab.command("alerts", "list")["alerts"]
    )
    lab.wait(f"{rule} is raised", raised)


def happened(lab, kind):
    """Waits until an event of that kind is in the log."""
    lab.wait(f"there is {kind}", lambda: lab.command("events", "--kind", kind))


@play
def calm(lab):
    """A server with a person and nothing else."""
    lab.serve()
    sign_up(lab, ADA)


@play
def settings_changed(lab):
    """The settings file is another one than at the start."""
    lab.serve()
    changed = '[rate]\nprices = "120/minute"\n[cors]\norigins = ["https://shop.example.com"]\n[edge]\nheader_timeout = "5s"\n'
    with open(lab.home / "aspis.toml", "a") as file:
        file.write(changed)


@play
def stuffing(lab):
    """Pairs that leaked elsewhere are tried; one fits."""
    lab.serve()
    sign_up(lab, ADA)
    tries = [(THIEF, f"person{n}@example.org") for n in range(25)]
    for client, name in tries:
        lab.call(client, "/api/v1/auth/login", {"email": name, "password": "summer in 2026"})
    sign_in(lab, ADA, "203.0.113.70")
    alarm(lab, "logins.failed_by_client", "critical")


@play
def flood(lab):
    """One client calls without a pause."""
    lab.serve()
    once = lambda _: lab.call(THIEF, "/api/v1/price/BTC")
    with ThreadPoolExecutor(8) as many:
        list(many.map(once, range(180)))
    alarm(lab, "rate.refused_by_client")


@play
def siege(lab):
    """More clients sign in than there are places; the bars are lower than the shipped ones."""
    lower = '[admission]\nin_progress = 10\n[attack]\nafter = "1s"\n'
    # Hashes take long on a fast machine, too; and nobody is asked for a challenge before it is full.
    lower += '[password]\nargon2_passes = 8\n[lock]\nsite_failures = 100000\n'
    lab.serve(PRODUCTION + lower)
    over = threading.Event()

    def guess(number):
        for turn in count():
            if over.is_set():
                return
            client = f"198.18.{turn % 256}.{number}"
            lab.call(client, "/api/v1/auth/login", {"email": f"{number}.{turn}@example.org", "password": "Sommer2026!!"})
            time.sleep(0.05)

    with ThreadPoolExecutor(24) as many:
        guesses = [many.submit(guess, number) for number in range(24)]
        try:
            happened(lab, "under_attack_began")
        finally:
            over.set()
        for each in guesses:
            each.result()
    alarm(lab, "server.under_attack")


@play
def scraping(lab):
    """Everything there is, name by name and page by page, and two names that nobody was told."""
    lab.serve()
    assets = [asset["asset_id"] for asset in expect(lab.call(THIEF, "/api/v1/assets"), 200)["assets"]]
    for asset in assets:
        lab.call(THIEF, f"/api/v1/price/{asset}")
    for page in range(1, 10):
        lab.call(THIEF, f"/api/v1/history/BTC?offset={page * 100}")
    for honey in ("XRQD", "MTXQ"):
        lab.call(THIEF, f"/api/v1/price/{honey}")
    happened(lab, "enumeration_seen")
    pair = sign_up(lab, ADA)
    said = lab.call(OWNER, "/api/v1/bulk/prices?format=csv&asset=BTC&from=2019-10-01", **bearer(pair["access_token"]))
    (lab.home / "found-on-the-web.csv").write_text(expect(said, 200))


@play
def injection(lab):
    """Hostile input until the server shuts the client out."""
    lab.serve()
    for _ in range(22):
        lab.call(THIEF, "/api/v1/price/BTC';DROP%20TABLE%20users;--")
    alarm(lab, "hostile.by_client", "critical")
    lab.wait("the client is shut out", lambda: lab.command("blocks")["blocks"])


@play
def token(lab):
    """A refresh token is stolen and comes back after its owner has used it."""
    lab.serve()
    first = sign_up(lab, ADA)
    second = expect(lab.call(OWNER, "/api/v1/auth/refresh", {"refresh_token": first["refresh_token"]}), 200)
    expect(lab.call(OWNER, "/api/v1/auth/refresh", {"refresh_token": second["refresh_token"]}), 200)
    lab.call(THIEF, "/api/v1/auth/me", **bearer(second["access_token"]))
    expect(lab.call(THIEF, "/api/v1/auth/refresh", {"refresh_token": first["refresh_token"]}), 401)
    alarm(lab, "token.replayed")


@play
def key(lab):
    """A key was written into a repository, and taken out of it again, which takes nothing out of its history."""
    lab.serve()
    pair = sign_up(lab, ADA)
    ask = {"name": "nightly", "scopes": ["read:prices", "read:portfolio"], "expires_in_days": 7}
    made = expect(lab.call(OWNER, "/api/v1/keys", ask, **bearer(pair["access_token"])), 201)["key"]
    expect(lab.call(THIEF, "/api/v1/price/BTC", X_API_Key=made), 200)
    shop = lab.home / "shop"
    shop.mkdir()
    git = lambda *words: subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", shop, *words],
        check=True, capture_output=True, env=lab.environment,
    )
    git("init", "-q")
    for said, line in (("Ask for prices", f"KEY={made}\n"), ("Take the key out", "KEY=\n")):
        (shop / "settings.env").write_text(line)
        git("add", ".")
        git("commit", "-q", "-m", said)
    (lab.home / "leaked-key").write_text(made)


@play
def key_again(lab):
    """The key that was ended is tried again."""
    lab.call(THIEF, "/api/v1/price/BTC", X_API_Key=(lab.home / "leaked-key").read_text())
    happened(lab, "leaked_key_used")
    alarm(lab, "key.leaked")


@play
def prices(lab):
    """A source whose key was taken writes a price that is half as high again."""
    lab.serve()
    operator(lab)
    out = lab.home / "feed.key"
    lab.command("keys", "create", "--account", OP, "--name", "feed", "--scope", "write:prices",
                "--source", "internal_db", "--out", str(out))
    hour = int(time.time()) // 3600 * 3600
    moment = lambda back: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(hour - back * 3600))
    closes = [8710, 8722, 8705, 8718, 8730, 13095]
    rows = [
        {"asset_id": "BTC", "interval": "1h", "timestamp": moment(len(closes) - at), "close": str(close)}
        for at, close in enumerate(closes)
    ]
    body = {"source": "internal_db", "rows": rows}
    expect(lab.call(THIEF, "/api/v1/ingest/prices", body, X_API_Key=out.read_text().strip()), 200)


@play
def operator_taken(lab):
    """Somebody has an operator's password, and a second operator is there."""
    lab.serve()
    operator(lab)
    said = json.dumps(lab.command("users", "invite"))
    invitation = said[said.index("aspis_rt_") :].split('"')[0].split("/")[-1]
    operator(lab, "second@example.org", invitation, OWNER)
    body = {"email": OP, "password": PASSWORD}
    lab.call(THIEF, "/api/v1/auth/login", body)


@play
def books(lab):
    """A balance in the database is changed by hand."""
    lab.serve()
    pair = sign_up(lab, ADA)
    order = {"asset_id": "BTC", "quantity": "0.1"}
    expect(lab.call(OWNER, "/api/v1/portfolio/buy", order, Idempotency_Key="one", **bearer(pair["access_token"])), 201)
    lab.stop()
    bent = sqlite3.connect(lab.folder / "aspis.db")
    bent.execute("UPDATE balance SET amount = amount + 100000000000 WHERE rowid = (SELECT max(rowid) FROM balance)")
    bent.commit()
    bent.close()
    lab.start()
    alarm(lab, "ledger.broken")


def is_sign_in_of(line, client):
    return '"login_success"' in line and client in line


@play
def log(lab):
    """Somebody takes their own sign-in out of the log."""
    lab.serve()
    sign_up(lab, ADA)
    alarm(lab, "account.registered")
    sign_in(lab, ADA, THIEF)
    sign_in(lab, ADA, OWNER)
    lab.wait("all is written", lambda: len(lab.command("events", "--kind", "login_success")) == 3)
    file = lab.folder / "logs" / "security.log"
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(line for line in lines if not is_sign_in_of(line, THIEF)))


@play
def database(lab):
    """A page of the database is overwritten after last night's backup."""
    lab.serve()
    sign_up(lab, ADA)
    lab.command("backup")
    kept = next((lab.folder / "backups").glob("*.tar.gz"))
    (lab.home / "kept").mkdir()
    kept.rename(lab.home / "kept" / "aspis-20261122T031500Z.tar.gz")
    lab.stop()
    with open(lab.folder / "aspis.db", "r+b") as file:
        file.write(b"\0" * 100)


@play
def certificate(lab):
    """A certificate is replaced by one that belongs to another key."""
    for name in ("old", "new"):
        make = ["openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-days", "60", "-subj", "/CN=localhost",
                "-addext", "subjectAltName=DNS:localhost,DNS:api.example.com", "-keyout", f"{name}.key", "-out", f"{name}.pem"]
        subprocess.run(make, cwd=lab.home, check=True, capture_output=True)
    (lab.home / "old.pem").rename(lab.home / "fullchain.pem")
    (lab.home / "old.key").rename(lab.home / "privkey.pem")
    tls = '[tls]\ncertificate = "{home}/fullchain.pem"\nkey = "{home}/privkey.pem"\n'
    lab.serve(PRODUCTION.replace('trusted_proxies = ["127.0.0.1"]', "") + tls)
    (lab.home / "new.pem").rename(lab.home / "fullchain.pem")
    happened(lab, "certificate_failed")
    alarm(lab, "certificate.failed")


@play
def certificate_mended(lab):
    """The key that belongs to it is put beside it."""
    (lab.home / "new.key").rename(lab.home / "privkey.pem")
    happened(lab, "certificate_loaded")


@play
def breach(lab):
    """A thief with somebody's password reads what is theirs."""
    lab.serve()
    operator(lab)
    sign_up(lab, ADA)
    pair = sign_in(lab, ADA, THIEF)
    for path in ("me", "sessions", "usage"):
        lab.call(THIEF, f"/api/v1/auth/{path}", **bearer(pair["access_token"]))
    lab.call(THIEF, "/api/v1/bulk/prices?format=csv&asset=BTC", **bearer(pair["access_token"]))


@play
def stop(lab):
    lab.stop()


@play
def start(lab):
    lab.start()


@play
def development(lab):
    """What a first start gives, in the folder where it was made."""
    lab.folder = lab.home / "aspis-data"
    lab.serve("[sources]\nenabled = false\n")
