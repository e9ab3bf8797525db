"""A page of the manual whose ```console blocks are the real output of real commands.

`<!-- play: NAME -->` before a block starts a fresh server and plays what NAME says against it; `<!-- then: NAME -->`
plays something more against the same one. Blocks of other kinds are read by people alone.
"""

import re
from dataclasses import dataclass, field

DIRECTIVE = re.compile(r"^<!-- (play|then): (\w+) -->$")
PROMPT, MORE = "$ ", "> "


@dataclass
class Step:
    """A command with what it said, or a play: then `play` is its name."""

    line: int
    command: str = ""
    said: str = ""
    play: str = ""


@dataclass
class Scene:
    """What is played against one server, in order."""

    play: str
    line: int
    steps: list = field(default_factory=list)


@dataclass
class Block:
    """The lines `[first, last)` between two fences, and the steps in them."""

    first: int
    last: int
    steps: list


class Page:
    def __init__(self, path):
        self.path = path
        self.lines = path.read_text().splitlines()
        self.scenes, self.blocks, self.faults = [], [], []
        self._read()

    def _read(self):
        fence = None
        for number, line in enumerate(self.lines):
            if fence is None and (found := DIRECTIVE.match(line)):
                self._directive(*found.groups(), number)
            elif line.startswith("```"):
                if fence is None:
                    fence = (line[3:], number + 1)
                else:
                    self._block(*fence, number)
                    fence = None

    def _directive(self, word, name, number):
        if word == "play":
            self.scenes.append(Scene(name, number + 1))
        elif self.scenes:
            self.scenes[-1].steps.append(Step(number + 1, play=name))
        else:
            self.faults.append(f"{self.path}:{number + 1}: nothing is played that this could follow")

    def _block(self, kind, first, last):
        if kind != "console":
            return
        steps = commands(self.lines[first:last], first)
        self.blocks.append(Block(first, last, steps))
        if self.scenes:
            self.scenes[-1].steps += steps
        else:
            self.faults.append(f"{self.path}:{first}: a block of commands before anything is played")

    def rewritten(self):
        """The page with what the commands say now; whatever else was changed in it meanwhile stays."""
        text = self.path.read_text()
        for block in self.blocks:
            old = "\n".join(self.lines[block.first : block.last])
            new = "\n".join(line for step in block.steps for line in shown(step))
            text = text.replace(f"\n{old}\n```", f"\n{new}\n```", 1)
        return text



def commands(lines, first):
    """The commands among the lines of a block."""
    steps = []
    for number, line in enumerate(lines, first + 1):
        if line.startswith(PROMPT):
            steps.append(Step(number, command=line[len(PROMPT) :]))
        elif line.startswith(MORE) and steps and not steps[-1].said:
            steps[-1].command += "\n" + line[len(MORE) :]
        elif steps:
            steps[-1].said += line + "\n"
    return steps


def shown(step):
    first, *more = step.command.split("\n")
    return [PROMPT + first, *(MORE + line for line in more), *step.said.splitlines()]
