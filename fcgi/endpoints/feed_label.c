#include "endpoints/feed_label.h"

#include "model/feed_name.h"

void feed_label_add(struct buf *json, struct span name)
{
    const bool is_room = feed_name_is_room(name);

    buf_add_str(json, is_room ? "\"room\":\"" : "\"feed\":\"");
    buf_add_span(json, is_room ? name : feed_name_word(name));
    buf_add_char(json, '"');
}
