"""A real server on a data folder of its own, behind a pretended proxy, and a shell beside it.

The page says `/var/lib/aspis`, `127.0.0.1:8001` and `127.0.0.1:8002`; what is meant is a temporary folder and the ports
that the kernel chose. Callers are told apart by what the proxy (this script) says of their address.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

PATIENCE = 60  # seconds for something to happen; nothing here asks how fast it does
FOLDER, MAIN, OPS = "/var/lib/aspis", "127.0.0.1:8001", "127.0.0.1:8002"
END = "--- the end of what was said, exit "

PRODUCTION = """\
mode = "production"

[server]
data = "{folder}"
public_url = "https://api.example.com"
trusted_proxies = ["127.0.0.1"]

[sources]
enabled = false
"""

# What a proxy would do with a call to https://api.example.com, for the operator who sends it.
CURL = """\
#!/usr/bin/env bash
exec $(PATH=${{PATH#*:}} type -P curl) -A page/1 -H 'X-Forwarded-For: 198.51.100.9' -H 'X-Forwarded-Proto: https' \\
  "${{@/#https:\\/\\/api.example.com/$(<{home}/address)}}"
"""


class Lab:
    """Everything of one scene; to be closed."""

    def __init__(self, binary):
        self.home = Path(tempfile.mkdtemp(prefix="aspis-page-"))
        self.folder = self.home / "data"
        tools = self.home / "bin"
        tools.mkdir()
        (tools / "aspis").symlink_to(binary)
        self.environment = {
            "PATH": f"{tools}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
        }
        self.tool("curl", CURL.format(home=self.home))
        self.server = self.shell = None
        self.address = self.ops = ""

    def tool(self, name, text):
        """Puts a program before those of the machine."""
        path = self.home / "bin" / name
        path.write_text(text)
        path.chmod(0o755)

    def serve(self, settings=PRODUCTION, *flags):
        """Starts the server and waits until it listens."""
        (self.home / "aspis.toml").write_text(settings.format(folder=self.folder, home=self.home))
        self.start(*flags)

    def start(self, *flags):
        ports = ["--listen", self.address or "127.0.0.1:0", "--ops-listen", self.ops or "127.0.0.1:0"]
        command = ["aspis", "--config", "aspis.toml", "serve", *ports, *flags]
        out, err = open(self.home / "out", "w"), open(self.home / "err", "a")
        program = self.home / "bin" / "aspis"
        self.server = subprocess.Popen(
            command, executable=program, cwd=self.home, env=self.environment, stdout=out, stderr=err
        )
        said = self.wait("the server listens", self.listening)
        self.address = re.search(r"^listening on https?://(\S+)$", said, re.M)[1]
        self.ops = re.search(r"http://(\S+)/metrics", said)[1]
        (self.home / "address").write_text(f"http://{self.address}")

    def listening(self):
        if self.server.poll() is not None:
            raise RuntimeError("the server did not start:\n" + (self.home / "err").read_text())
        said = (self.home / "out").read_text()
        return said if re.search(r"^listening on ", said, re.M) else None

    def stop(self, how=signal.SIGTERM):
        if self.server and self.server.poll() is None:
            self.server.send_signal(how)
            self.server.wait(PATIENCE)

    def close(self):
        self.stop()
        if self.shell:
            self.shell.kill()
            self.shell.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def wait(self, what, until):
        """What `until` gives, once it is something."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if found := until():
                return found
            time.sleep(0.1)
        raise RuntimeError(f"waited for too long until {what}")

    def call(self, client, path, body=None, method=None, **headers):
        """Status and JSON of what `client` asks, by way of the proxy."""
        said = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"http://{self.address}{path}", data=said, method=method)
        fields = {"X-Forwarded-For": client, "X-Forwarded-Proto": "https", "User-Agent": "page/1"}
        if said is not None:
            fields["Content-Type"] = "application/json"
        for name, value in {**fields, **headers}.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, read(answer)
        except urllib.error.HTTPError as refusal:
            return refusal.code, read(refusal)

    def command(self, *words):
        """What a command says for machines."""
        done = subprocess.run(
            [self.home / "bin" / "aspis", "--config", "aspis.toml", "--json", *words],
            cwd=self.home, env=self.environment, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )
        return values(done.stdout)

    def run(self, command):
        """What the shell of the scene says to a command, in the page's words."""
        if self.shell is None:
            self.shell = subprocess.Popen(
                ["bash", "--norc"], cwd=self.home, text=True, stderr=subprocess.STDOUT,
                env={**self.environment, "ASPIS_SERVER__DATA": str(self.folder)},
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )
        self.shell.stdin.write(f"{self.real(command)}\nprintf '\\n{END}%s\\n' $?\n")
        self.shell.stdin.flush()
        said = []
        for line in self.shell.stdout:
            if line.startswith(END):
                break
            said.append(line)
        return self.told("".join(said).rstrip("\n") + "\n" if "".join(said).strip() else "")

    def real(self, text):
        return text.replace(FOLDER, str(self.folder)).replace(MAIN, self.address).replace(OPS, self.ops)

    def told(self, text):
        pairs = [(str(self.folder), FOLDER), (self.address, MAIN), (self.ops, OPS), (str(self.home), "/etc/aspis")]
        for real, said in pairs:
            text = text.replace(real, said)
        return text


def read(answer):
    said = answer.read()
    try:
        return json.loads(said)
    except ValueError:
        return said.decode(errors="replace")


def values(text):
    """The value that a text holds, or a list of those that stand one in a line."""
    try:
        return json.loads(text)
    except ValueError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
