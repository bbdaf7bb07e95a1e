"""HTML as a test looks at it."""

from html.parser import HTMLParser

VOID = {"br", "meta", "link", "input", "img", "hr"}


class Element:
    def __init__(self, name, attributes, parent):
        self.name = name
        self.attributes = dict(attributes)
        self.parent = parent
        self.children = []

    @property
    def text(self):
        """As a reader sees it: <br> is a line feed."""
        if self.name == "br":
            return "\n"
        return "".join(each if isinstance(each, str) else each.text for each in self.children)

    def all(self, name):
        """Every element below with that name, in order."""
        found = []
        for each in self.children:
            if isinstance(each, Element):
                found += [each] * (each.name == name) + each.all(name)
        return found

    def with_class(self, name):
        """The one element below that has this class."""
        found, = [each for each in self._below()
                  if name in (each.attributes.get("class") or "").split()]
        return found

    def _below(self):
        for each in self.children:
            if isinstance(each, Element):
                yield each
                yield from each._below()


class _Parser(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.here = self.root = Element("root", [], None)

    def handle_starttag(self, tag, attrs):
        element = Element(tag, attrs, self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_endtag(self, tag):
        assert tag == self.here.name, f"</{tag}> closes <{self.here.name}>"
        self.here = self.here.parent

    def handle_data(self, data):
        self.here.children.append(data)


def parse(html):
    """The root, below which everything is; tags must be closed in order."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    assert parser.here is parser.root, f"<{parser.here.name}> is not closed"
    return parser.root
