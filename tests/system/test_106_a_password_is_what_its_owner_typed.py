"""Any characters, in any form that keyboards make of them; how it is kept; and
where it is not."""

import ctypes
import ctypes.util
import unicodedata

import pytest

from lib.database import BOTH
from lib.person import Person, must, new_name, refused, who
from lib.wait import wait_until

SITE = {"trusted_proxies": "127.0.0.1", "env": {"HOLDLINE_LOG_LEVEL": "debug"}}
DATABASES = BOTH

WRONG = (403, "credentials-wrong")
TODAY = "$argon2id$v=19$m=47104,t=1,p=1$"

PAIRS = [  # the same keys on two machines
    ("Zoë's crème brûlée", unicodedata.normalize("NFD", "Zoë's crème brûlée")),
    ("한국어 비밀번호", unicodedata.normalize("NFD", "한국어 비밀번호")),
    ("ｆｕｌｌ ｗｉｄｔｈ １２", "full width 12"),
    ("ﬁne oﬃces x²", "fine offices x2"),
    ("長いパスワードを", "長いﾊﾟｽﾜｰﾄﾞを"),
    ("a\u0323\u0307 two marks", "a\u0307\u0323 two marks"),
]
DIFFERENT = ["A Lamp in the hall", "a lamp in the hall ", " a lamp in the hall", "a  lamp in the hall",
             "a lamp in the hal", "a lamp in the hallo", "a lamp in the häll", "а lamp in the hall"]
LONGEST = ["x" * 128 + "y" * 128, "\U0001F511" * 255 + "!", "鍵" * 255 + "a", "é" * 255 + "b", "\u0430\u0301" * 128]
COMMON = ["password", "PassWord", "12345678", "qwertyuiop", "ｐａｓｓｗｏｒｄ", "aaaaaaaa", "AAAAAAAAAAAA", "ééééééééé",
          "iloveyou1", "1q2w3e4r"]


def sign_in(site, name, password):
    return Person(site, name, password).try_sign_in()


@pytest.mark.parametrize("one, other", PAIRS)
def test_it_is_the_same_on_another_keyboard(site, one, other):
    assert one != other
    for first, second in ((one, other), (other, one)):
        ann = Person(site, password=first).register()
        must(sign_in(site, ann.name, second))
        must(ann.ask_account("password", password=second, new_password=second))
        ann.password = second
        ann.sign_in()
        assert ann.ask_account("delete", password=first).json() == {"deleted": True}


def test_everything_else_is_another(site):
    ann = Person(site).register()
    for other in DIFFERENT:
        assert refused(sign_in(site, ann.name, other)) == WRONG, other
    ann.sign_in()


@pytest.mark.parametrize("password", LONGEST, ids=lambda password: password[-3:])
def test_256_characters_of_any_kind(site, password):
    assert len(password) == 256
    ann = Person(site, password=password).register()
    ann.sign_in()
    for other in (password[:-1], password[:-1] + "c", password[1:]):
        assert refused(sign_in(site, ann.name, other)) == WRONG
    assert refused(Person(site, password=password + "c").try_register()) == (400, "password-too-long")


@pytest.mark.parametrize("password", [
    "correct horse battery staple", "        x", "a\u0300b\u0301c\u0302defgh", "<script>&\"'\\", "a=b&c=d%20+ ;",
    "\u200d zero width \u200d", "🙂🙃🙂🙃🙂🙃🙂🙃", "שלום שלום"])
def test_what_may_be_one(site, password):
    ann = Person(site, password=password).register()
    must(sign_in(site, ann.name, password))


@pytest.mark.parametrize("password, problem", [
    ("1234567", "password-too-short"), ("é" * 7, "password-too-short"), ("e\u0301" * 7, "password-too-short"),
    ("x" * 257, "password-too-long"), ("a lamp\tin", "password-bad-character"), ("a lamp\nin", "password-bad-character"),
    ("a lamp\x7fin", "password-bad-character"), ("a lamp\u0085in", "password-bad-character"),
    ("a lamp\ufdd0in", "password-bad-character"),
    *((password, "password-common") for password in COMMON),
])
def test_what_may_not_be_one(site, password, problem):
    reply = Person(site, password=password).try_register()
    ann = Person(site).register()
    changed = ann.ask_account("password", password=ann.password, new_password=password)
    assert refused(reply) == refused(changed) == (400, problem)
    ann.sign_in()


def test_not_the_name(site):
    name = new_name("Annabella")
    for spelling in (name, name.upper(), "Ａ" + name[1:]):
        assert refused(Person(site, name, spelling).try_register()) == (400, "password-is-name")
    ann = Person(site, name).register()
    reply = ann.ask_account("password", password=ann.password, new_password=name.lower())
    assert refused(reply) == (400, "password-is-name")
    ann.change_password(name + " and more")


def test_the_same_again_is_a_change(site):
    """Who does so wants to be rid of the other sessions."""
    ann = Person(site).register()
    other = Person(site, ann.name).sign_in()
    ann.change_password(ann.password)
    wait_until(lambda: not other.is_signed_in)
    assert ann.is_signed_in


# How it is kept.

def hash_of(database, name):
    (value,), = database.ask(f"SELECT password_hash FROM account WHERE name = '{name}'")
    return value


def test_two_with_the_same_have_different_hashes(site, database):
    one, other = Person(site).register(), Person(site).register()
    hashes = {hash_of(database, person.name) for person in (one, other)}
    assert len(hashes) == 2 and all(each.startswith(TODAY) for each in hashes)


def argon2(password, memory_kb, passes):
    """As libsodium has it, which this program uses, too."""
    sodium = ctypes.CDLL(ctypes.util.find_library("sodium"))
    assert sodium.sodium_init() >= 0
    made = ctypes.create_string_buffer(128)
    done = sodium.crypto_pwhash_str_alg(made, password, ctypes.c_ulonglong(len(password)), ctypes.c_ulonglong(passes),
                                        ctypes.c_size_t(memory_kb * 1024), 2)
    assert done == 0
    return made.value.decode()


@pytest.mark.parametrize("memory_kb, passes", [(8192, 1), (8192, 3), (65536, 2)])
def test_a_hash_of_other_parameters_is_replaced_when_its_owner_signs_in(site, database, memory_kb, passes):
    ann = Person(site).register()
    first_cookies = dict(ann.cookies)
    old = argon2(ann.password.encode(), memory_kb, passes)
    assert f"m={memory_kb},t={passes}," in old
    database.ask(f"UPDATE account SET password_hash = '{old}' WHERE name = '{ann.name}'")
    changed_at = database.ask(f"SELECT password_changed_at FROM account WHERE name = '{ann.name}'")
    assert refused(sign_in(site, ann.name, "not her lamp at all")) == WRONG
    assert hash_of(database, ann.name) == old
    other = Person(site, ann.name).sign_in()
    renewed = hash_of(database, ann.name)
    assert renewed.startswith(TODAY)
    # It is the same password: nobody is thrown out.
    assert database.ask(f"SELECT password_changed_at FROM account WHERE name = '{ann.name}'") == changed_at
    ann.cookies = first_cookies
    assert ann.is_signed_in and other.is_signed_in
    Person(site, ann.name).sign_in()
    assert hash_of(database, ann.name) == renewed


@pytest.mark.parametrize("kept", ["$argon2id$", "$argon2id$v=19$m=47104,t=1,p=1$c2FsdA$x",
                                  "$argon2id$v=19$m=99999999,t=9,p=1$" + "A" * 22 + "$" + "A" * 43])
def test_a_hash_that_is_none_lets_nobody_in(site, database, kept):
    ann = Person(site).register()
    database.ask(f"UPDATE account SET password_hash = '{kept}' WHERE name = '{ann.name}'")
    for password in (ann.password, "", "x"):
        assert sign_in(site, ann.name, password).status in (403, 503)
    assert ann.is_signed_in


# Where it is not.

def test_no_password_is_in_any_log(site, database):
    """At the level at which all is told, with what is refused, too."""
    secrets = [f"a secret {word} {new_name()}" for word in ("first", "second", "wrong", "short")]
    first, second, wrong, short = secrets
    ann = Person(site, password=first).register()
    Person(site, ann.name, wrong).try_sign_in()
    ann.ask_account("password", password=wrong, new_password=second)
    ann.change_password(second)
    ann.try_sign_in(password=[wrong, wrong])
    Person(site, password=short + "\n").try_register()
    Person(site, short + "☃").try_register()
    ann.request("POST", "/a/account/sign-in", [("Content-Type", "text/plain")], f"password={wrong}".encode())
    ann.sign_in()
    hashes = hash_of(database, ann.name)
    tokens = [ann.token, ann.xsrf]
    ann.delete()
    site.wait_nginx_logged("POST /a/account/sign-in", "POST /a/account/password", "POST /a/account/delete")
    logs = "".join(path.read_text(errors="replace") for path in site.directory.glob("*.log"))
    assert "route=/a/account/sign-in" in logs
    for secret in [*secrets, *tokens, hashes]:
        assert secret not in logs and secret.replace(" ", "+") not in logs


def test_no_password_is_in_an_answer(site):
    password = f"a secret {new_name()}"
    ann = Person(site, password=password)
    for reply in (ann.try_register(), ann.try_sign_in(), ann.try_sign_in(password=password + "x"),
                  ann.ask_account("password", password=password, new_password=password + "\n"),
                  Person(site, password[:32], password).try_register(), ann.get("/a/account/sessions")):
        assert password.encode() not in reply.body
        assert password not in str(reply._headers)
    assert who(ann.get("/a/session")) == (ann.name, True)
