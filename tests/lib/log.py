"""What the log of Holdline says, and what no log may say."""

import re

LINE = re.compile(r"^\S+Z (?P<level>debug|info|warn|error) (?P<words>event=.*)$")
WORD = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*"|\S*)')
SANITIZER = re.compile(r"(Address|Leak|UndefinedBehavior)Sanitizer|runtime error:")


class Line(dict):
    """One line: its key=value words, and `level`."""

    def __init__(self, text, level, words):
        super().__init__((name, value.strip('"')) for name, value in WORD.findall(words))
        self.text = text
        self.level = level

    @property
    def event(self):
        return self["event"]


def parse_line(text):
    match = LINE.match(text)
    return Line(text, match["level"], match["words"]) if match else None


def parse(output):
    """The lines in the form that log.h promises; others are left out."""
    lines = (parse_line(text) for text in output.splitlines())
    return [line for line in lines if line]


def strange_lines(output):
    """Lines that are not in the form of log.h."""
    return [text for text in output.splitlines() if text and not LINE.match(text)]


def sanitizer_reports(output):
    return [text for text in output.splitlines() if SANITIZER.search(text)]
