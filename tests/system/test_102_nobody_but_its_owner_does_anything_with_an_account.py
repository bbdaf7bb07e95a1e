"""The table: every request about accounts, and everybody who must not make it."""

import pytest

from lib.database import BOTH
from lib.person import ACCOUNT, SESSION, Person, must, new_name, refused, with_token
from lib.site import ROOT
from lib.wait import wait_until

SITE = {"trusted_proxies": "127.0.0.1"}
DATABASES = BOTH

LIST = ACCOUNT + "sessions"
REGISTER, SIGN_IN, SIGN_OUT, PASSWORD, DELETE, END = (
    ACCOUNT + name for name in ("register", "sign-in", "sign-out", "password", "delete", "sessions/end"))
RENAME = "/a/session/name"
SIGN_IN_REQUIRED = (401, "sign-in-required")
XSRF, CROSS_SITE = (403, "xsrf-mismatch"), (403, "cross-site")

# What each is answered: a status, or with what it is refused.
ROUTES = {
    #           nobody            a guest           somebody else's session
    REGISTER:  (201,              201,              201),
    SIGN_IN:   (200,              200,              200),
    SIGN_OUT:  (SIGN_IN_REQUIRED, 200,              200),
    PASSWORD:  (SIGN_IN_REQUIRED, SIGN_IN_REQUIRED, (403, "credentials-wrong")),
    DELETE:    (SIGN_IN_REQUIRED, SIGN_IN_REQUIRED, (403, "credentials-wrong")),
    LIST:      (SIGN_IN_REQUIRED, SIGN_IN_REQUIRED, 200),
    END:       (SIGN_IN_REQUIRED, SIGN_IN_REQUIRED, 200),
    RENAME:    (SIGN_IN_REQUIRED, 200,              (409, "name-is-fixed")),
}
POSTS = [path for path in ROUTES if path != LIST]
HELD = [path for path, (nobody, _, _) in ROUTES.items() if nobody == SIGN_IN_REQUIRED]


@pytest.fixture
def ann(site):
    """The owner: of an account with one session, to which nothing happens."""
    ann = Person(site).register()
    ann.first_id = ann.sessions()[0]["id"]
    yield ann
    assert ann.first_id in [one["id"] for one in ann.sessions()]
    Person(site, ann.name).sign_in()


def do(person, path, ann, **more):
    """The request with all that it needs, as if he were Ann."""
    if path == LIST:
        return person.get(path)
    fields = {"name": ann.name if path == SIGN_IN else new_name(), "password": ann.password,
              "new_password": "a lamp in the cellar", "id": ann.first_id}
    return person.post_fields(path, **{**fields, **more})


def check(reply, expected):
    if isinstance(expected, int):
        must(reply, expected)
    else:
        assert refused(reply) == expected


def test_the_table_is_whole():
    routes = (ROOT / "fcgi/endpoints/routes.c").read_text()
    inside = {word for word in routes.split('"') if word.startswith(ACCOUNT)}
    assert inside | {RENAME} == set(ROUTES)


@pytest.mark.parametrize("path", ROUTES)
def test_who_has_no_session(site, ann, path):
    check(do(Person(site), path, ann), ROUTES[path][0])


@pytest.mark.parametrize("path", ROUTES)
def test_who_made_up_his_token(site, ann, path):
    check(do(with_token(site, "x" * 43), path, ann), ROUTES[path][0])


@pytest.mark.parametrize("path", HELD)
def test_whose_cookie_is_no_token(site, ann, path):
    for cookie in ("", "x" * 42, "x" * 44, "x" * 4000, "../" * 14 + "x", "*" * 43):
        person = Person(site)
        person.cookies = {SESSION: cookie}
        check(do(person, path, ann), ROUTES[path][0])


@pytest.mark.parametrize("path", ROUTES)
def test_who_is_a_guest(site, ann, path):
    guest = Person(site)
    guest.visit()
    check(do(guest, path, ann), ROUTES[path][1])


@pytest.mark.parametrize("path", ROUTES)
def test_who_is_somebody_else(site, ann, path):
    mallory = Person(site, password="a light in the attic").register()
    own = [one["id"] for one in mallory.sessions()]
    reply = do(mallory, path, ann)
    check(reply, ROUTES[path][2])
    if path == LIST:
        assert [one["id"] for one in reply.json()["sessions"]] == own
    if path == END:
        assert reply.json() == {"ended": 0}


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("how", ["signed out", "thrown out", "became another", "changed the password"])
def test_whose_session_has_ended(site, ann, path, how):
    owner = Person(site).register()
    former = Person(site, owner.name).sign_in()
    token = former.token
    if how == "signed out":
        former.sign_out()
    elif how == "thrown out":
        must(owner.ask_account("sessions/end", id=former.sessions()[0]["id"]))
    elif how == "became another":
        former.name = new_name()
        former.register()
    else:
        owner.change_password("a lamp in the cellar")
    former = with_token(site, token)
    wait_until(lambda: not any(former.at(worker).is_signed_in for worker in site.workers),
               what="all workers to have heard of it")
    check(do(former, path, ann), ROUTES[path][0])


# Another page that makes her browser ask.

@pytest.mark.parametrize("path", POSTS)
def test_without_her_own_xsrf(site, ann, path):
    other = Person(site, ann.name).sign_in()
    former = other.xsrf
    other.sign_out()
    for sent in (None, "", ann.xsrf.swapcase(), ann.xsrf + "x", former, Person(site).visit()["_xsrf"],
                 Person(site).register().xsrf):
        assert refused(do(ann, path, ann, _xsrf=sent)) == XSRF


@pytest.mark.parametrize("path", POSTS)
def test_a_cookie_that_says_the_same_is_no_proof(site, ann, path):
    """A neighbouring host can plant it."""
    own = dict(ann.cookies)
    ann.cookies["_xsrf"] = "planted"
    assert refused(do(ann, path, ann, _xsrf="planted")) == XSRF
    ann.cookies = own


@pytest.mark.parametrize("path", POSTS)
def test_from_another_site(site, ann, path):
    """Not even with everything else right; and who has no session neither: nobody
    is to be signed in as somebody else without knowing."""
    for person in (ann, Person(site)):
        own, person.origin = person.origin, None
        for header in (("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example"), ("Origin", "null"),
                       ("Referer", f"https://evil.example{path}")):
            fields = {"name": new_name(), "password": ann.password, "new_password": "a lamp in the cellar",
                      "id": ann.first_id, "_xsrf": person.xsrf or ""}
            assert refused(person.post_form(path, fields, [header])) == CROSS_SITE, header
        person.origin = own
