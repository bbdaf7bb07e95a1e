"""What came back, whichever door it came through."""

import json


class Reply:
    def __init__(self, status, headers, body):
        self.status = status
        self._headers = [(name.lower(), value) for name, value in headers]
        self.body = body

    def header(self, name, default=None):
        """The value of the first such header."""
        values = self.headers(name)
        return values[0] if values else default

    def headers(self, name):
        return [value for have, value in self._headers if have == name.lower()]

    @property
    def content_type(self):
        """Without parameters such as charset."""
        return self.header("Content-Type", "").split(";")[0].strip()

    @property
    def text(self):
        return self.body.decode("utf-8")

    def json(self):
        return json.loads(self.body)

    @property
    def problem(self):
        """The slug of a problem reply: `room-invalid`.  Checks that it is one."""
        assert self.content_type == "application/problem+json", (self.content_type, self.body)
        problem = self.json()
        assert problem["status"] == self.status, problem
        assert isinstance(problem["title"], str) and problem["title"], problem
        prefix, slug = problem["type"].split("#")
        assert prefix == "/problems", problem
        return slug

    def __repr__(self):
        return f"<Reply {self.status} {self._headers} {self.body[:300]!r}>"
