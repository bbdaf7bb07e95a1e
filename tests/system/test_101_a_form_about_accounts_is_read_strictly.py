"""Every field empty, missing, too long, twice, with bytes that are no text, with SQL
in it; forms that are none; other methods.  Nothing changes by any of these."""

import json

import pytest

from lib.database import BOTH
from lib.http_client import FORM, encode_form
from lib.person import ACCOUNT, Person, new_address, new_name, refused, who

SITE = {"trusted_proxies": "127.0.0.1"}
DATABASES = BOTH

RENAME = "/a/session/name"
# Which fields each needs.
FIELDS = {
    ACCOUNT + "register": ["name", "password"],
    ACCOUNT + "sign-in": ["name", "password"],
    ACCOUNT + "password": ["password", "new_password"],
    ACCOUNT + "delete": ["password"],
    ACCOUNT + "sessions/end": ["id"],
    RENAME: ["name"],
}
POSTS = [*FIELDS, ACCOUNT + "sign-out"]
EACH_FIELD = [(path, field) for path, fields in FIELDS.items() for field in fields]
# Of these the value is compared only: whatever it is, it is wrong.
COMPARED = {(ACCOUNT + "sign-in", "name"), (ACCOUNT + "sign-in", "password"),
            (ACCOUNT + "password", "password"), (ACCOUNT + "delete", "password")}
WRONG = (403, "credentials-wrong")
SQL = ["'; DROP TABLE account; --", "' OR '1'='1", "x' UNION SELECT 1;", '"; DELETE FROM account; --',
       "\\'; DROP TABLE account; --", "$1", "%s%n", "{id}"]


class Asker(Person):
    """Who asks as he should, but for what a test says."""

    def fields(self, path):
        good = {"name": new_name("Ask"), "password": self.password, "new_password": "a lamp on the roof",
                "id": "0" * 16}
        if path == ACCOUNT + "sign-in":
            good["name"] = self.name
        return {"_xsrf": self.xsrf, **{field: good[field] for field in FIELDS.get(path, [])}}

    def ask_with(self, path, field, value):
        """From elsewhere each time, as attempts are counted."""
        self.address = new_address()
        return self.post_form(path, {**self.fields(path), field: value}, timeout=30)


@pytest.fixture
def asker(site):
    """A guest for what guests do, else somebody with an account."""
    def ask(path):
        asker = Asker(site)
        if path in (RENAME, ACCOUNT + "register"):
            asker.visit()
        else:
            asker.register()
        return asker
    return ask


@pytest.fixture(autouse=True)
def nothing_changes(database, site):
    yield
    assert database.ask("SELECT (SELECT count(*) FROM account WHERE deleted_at IS NOT NULL),"
                        " (SELECT count(*) FROM session_end)") == [("0", "0")]


def expected_of(path, field, problem):
    return WRONG if (path, field) in COMPARED else (400, problem)


@pytest.mark.parametrize("path, field", EACH_FIELD)
def test_a_field_that_is_missing(asker, path, field):
    one = asker(path)
    fields = one.fields(path)
    del fields[field]
    problem = {"name": "name-missing", "id": "field-invalid"}.get(field, "password-missing")
    assert refused(one.post_form(path, fields)) == (400, problem)


@pytest.mark.parametrize("path, field", EACH_FIELD)
def test_a_field_that_is_empty(asker, path, field):
    problem = {"name": "name-too-short", "id": "field-invalid"}.get(field, "password-too-short")
    assert refused(asker(path).ask_with(path, field, "")) == expected_of(path, field, problem)


@pytest.mark.parametrize("path, field", EACH_FIELD)
def test_a_field_that_is_too_long(asker, path, field):
    problem = {"name": "name-too-long", "id": "field-invalid"}.get(field, "password-too-long")
    one = asker(path)
    for length in (257, 5000, 60_000):
        assert refused(one.ask_with(path, field, "x" * length)) == expected_of(path, field, problem)


@pytest.mark.parametrize("path, field", [*EACH_FIELD, (ACCOUNT + "sign-out", "everywhere"),
                                         *((path, "_xsrf") for path in POSTS)])
def test_a_field_that_is_there_twice(asker, path, field):
    one = asker(path)
    fields = list({"everywhere": "1", **one.fields(path)}.items())
    twice = fields + [(field, dict(fields)[field])]
    assert refused(one.post_form(path, twice)) == (400, "field-repeated")


NO_TEXT = [
    (b"Anna\0Bell Smith", "name-invisible", "password-bad-character"),
    (b"\0\0\0\0\0\0\0\0\0", "name-invisible", "password-bad-character"),
    (b"Anna Bell\n Smith", "name-invisible", "password-bad-character"),
    (b"Anna \xff\xfe Smith", "name-not-utf8", "password-not-utf8"),
    (b"Anna \xc0\xaf Smith", "name-not-utf8", "password-not-utf8"),
    (b"Anna \xed\xa0\x80 Smith", "name-not-utf8", "password-not-utf8"),
    (b"Anna \xf4\x90\x80\x80 Smith", "name-not-utf8", "password-not-utf8"),
    (b"Anna Bell Smith\xe2", "name-not-utf8", "password-not-utf8"),
]


@pytest.mark.parametrize("path, field", EACH_FIELD)
def test_a_field_that_is_no_text(asker, path, field):
    one = asker(path)
    for value, names, passwords in NO_TEXT:
        problem = {"name": names, "id": "field-invalid"}.get(field, passwords)
        assert refused(one.ask_with(path, field, value)) == expected_of(path, field, problem), value


@pytest.mark.parametrize("path, field", EACH_FIELD)
def test_sql_is_a_text_like_others(asker, database, path, field):
    one = asker(path)
    chosen = field in ("password", "new_password") and (path, field) not in COMPARED
    count = "SELECT count(*) FROM account"
    before = int(database.ask(count)[0][0])
    for value in SQL:
        reply = one.ask_with(path, field, value)
        if chosen and len(value) >= 8:
            assert reply.status in (200, 201), value
            one.password = value if path == ACCOUNT + "password" else one.password
        else:
            assert reply.status in (400, 403), value
    added = sum(len(value) >= 8 for value in SQL) if chosen and path == ACCOUNT + "register" else 0
    assert int(database.ask(count)[0][0]) == before + added


@pytest.mark.parametrize("value", [value for value in SQL if len(value) >= 8])
def test_sql_may_be_a_password(site, value):
    ann = Person(site, password=value).register()
    Person(site, ann.name, value).sign_in()
    assert refused(Person(site, ann.name, value + "x").try_sign_in()) == WRONG


@pytest.mark.parametrize("begin", ["O'Hara", "x' UNION SELECT 1 --"])
def test_a_name_may_have_an_apostrophe(site, database, begin):
    name = new_name(begin)
    Person(site, name).register()
    assert who(Person(site, name.upper()).try_sign_in()) == (name, True)
    doubled = name.replace("'", "''")
    assert database.ask(f"SELECT name FROM account WHERE name = '{doubled}'") == [(name,)]


def test_what_is_no_session_id(site):
    ann = Person(site).register()
    for id in ("5", "G" * 16, "0" * 15, "0" * 17, "0" * 64, "*" * 16, "A" * 16, "0" * 15 + " "):
        assert refused(ann.ask_account("sessions/end", id=id)) == (400, "field-invalid"), id
    assert ann.is_signed_in


def test_everywhere_is_0_or_1(site):
    ann = Person(site).register()
    for value in ("", "2", "yes", "true", "01", "1 "):
        assert refused(ann.ask_account("sign-out", everywhere=value)) == (400, "field-invalid"), value
    assert ann.is_signed_in


def as_parts(fields):
    parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
             for name, value in fields.items()]
    return ("".join(parts) + "--x--\r\n").encode()


@pytest.mark.parametrize("path", POSTS)
def test_what_is_no_form(asker, path):
    one = asker(path)
    for content_type, encode in [("application/json", lambda fields: json.dumps(fields).encode()),
                                 ("multipart/form-data; boundary=x", as_parts),
                                 ("text/plain", encode_form), (FORM + "x", encode_form)]:
        reply = one.request("POST", path, [("Content-Type", content_type)], encode(one.fields(path)))
        assert refused(reply) == (415, "not-a-form"), content_type


@pytest.mark.parametrize("path", POSTS)
def test_a_form_that_is_broken(asker, path):
    one = asker(path)
    assert refused(one.post_form(path, encode_form(one.fields(path)) + b"&x=%zz")) == (400, "form-malformed")
    assert refused(one.post_form(path, b"a=" + b"x" * 65_536)) == (413, "form-too-large")


@pytest.mark.parametrize("path", POSTS)
def test_what_changes_something_is_a_post(asker, path):
    one = asker(path)
    query = encode_form(one.fields(path)).decode()
    for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"):
        reply = one.request(method, f"{path}?{query}")
        assert (reply.status, reply.header("Allow")) == (405, "POST"), method


def test_the_list_is_read(site):
    ann = Person(site).register()
    for method in ("POST", "PUT", "DELETE"):
        reply = ann.request(method, ACCOUNT + "sessions", [("Content-Type", FORM)], f"_xsrf={ann.xsrf}".encode())
        assert (reply.status, reply.header("Allow")) == (405, "GET, HEAD"), method


@pytest.mark.parametrize("path", [ACCOUNT, ACCOUNT + "register/", ACCOUNT + "Register", ACCOUNT + "sign-in/x",
                                  ACCOUNT + "sessions/end/1", "/a/account", "/a/accounts", "/a/session/name/"])
def test_other_paths_are_none(site, path):
    fields = {"name": "Anna", "password": "a lamp in the hall"}
    assert refused(site.client.post_form(path, fields)) == (404, "not-found")


@pytest.mark.parametrize("path", POSTS)
def test_fields_in_the_address_do_not_count(asker, path):
    """Addresses get into logs."""
    one = asker(path)
    query = encode_form(one.fields(path)).decode()
    assert one.post_form(f"{path}?{query}", {}).status in (400, 403)
    if path == ACCOUNT + "sign-out":
        assert one.is_signed_in
