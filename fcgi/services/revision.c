#include "services/revision.h"

#include "io/json.h"

static struct span entry_json(const struct tail_entry *entry)
{
    return (struct span){entry->json, entry->len};
}

static void replace(struct tail *tail, const struct message *msg)
{
    struct buf rendered = {0};
    size_t plain_len;
    size_t len;
    char *json;

    json_add_message(&rendered, msg, &plain_len);
    json = buf_take(&rendered, &len);
    tail_replace(tail, msg->id, json, len, plain_len);
}

static bool parse(struct json_message *parsed, const struct tail *tail,
                  struct cursor id)
{
    const struct tail_entry *entry = tail_find(tail, id);

    return entry != NULL && json_parse_shown(parsed, entry_json(entry));
}

/* Takes the text of an edit away when a newer change replaces it. */
static void blank(struct tail *tail, struct cursor edit, struct span at)
{
    struct json_message parsed;

    if (!parse(&parsed, tail, edit))
        return;
    parsed.msg.body = span_of("");
    parsed.msg.deleted_at = at;
    replace(tail, &parsed.msg);
    json_free_message(&parsed);
}

static void change(struct tail *tail, struct message *earlier,
                   const struct message *revision)
{
    if (earlier->edited_at.at != NULL)
        blank(tail, earlier->edit, revision->sent_at);
    earlier->body = revision->body;
    if (revision->kind == MESSAGE_EDIT) {
        earlier->edited_at = revision->sent_at;
        earlier->edit = revision->id;
    } else {
        earlier->edited_at = SPAN_NONE;
        earlier->deleted_at = revision->sent_at;
    }
    replace(tail, earlier);
}

void revision_apply(struct tail *tail, const struct tail_entry *revision)
{
    struct json_message later;
    struct json_message earlier;

    if (!json_parse_shown(&later, entry_json(revision)))
        return; /* cannot be: we rendered it */
    if (parse(&earlier, tail, later.msg.of)) {
        if (earlier.msg.deleted_at.at == NULL)
            change(tail, &earlier.msg, &later.msg);
        json_free_message(&earlier);
    }
    json_free_message(&later);
}
