"""Edits and deletions of messages, and where a text still is.

    edit(ann, message, "I meant tea")    the Reply
    delete(ann, message)

`message` is one as somebody was told it, or {"id", "room"}."""

from lib.redis_server import everything

EDIT = "/a/message/edit"
DELETE = "/a/message/delete"


def edit(person, message, body, **more):
    return person.post_fields(EDIT, id=message["id"], room=message["room"], body=body, **more)


def delete(person, message, **more):
    return person.post_fields(DELETE, id=message["id"], room=message["room"], **more)


def must(reply):
    """The edit or deletion, which must have been done."""
    assert reply.status == 200, reply
    return reply.json()


def without_html(message):
    return {name: value for name, value in message.items() if name != "html"}


def keys_with(site, text):
    """The keys of Redis in whose values it stands."""
    return sorted(key for key, value in everything(site.redis).items() if text in str(value))
