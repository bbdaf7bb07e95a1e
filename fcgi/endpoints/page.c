#include "endpoints/page.h"

void page_begin(struct buf *html, const char *title)
{
    buf_add_str(html, "<!DOCTYPE html>\n"
                      "<html lang=\"en\">\n"
                      "<head>\n"
                      "<meta charset=\"utf-8\">\n"
                      "<meta name=\"viewport\" "
                      "content=\"width=device-width, initial-scale=1\">\n"
                      "<link rel=\"stylesheet\" href=\"/css/plain.css\">\n"
                      "<link rel=\"icon\" href=\"/icon.svg\">\n"
                      "<title>");
    text_add_html(html, span_of(title));
    buf_add_str(html, " – Holdline</title>\n</head>\n<body>\n");
}

void page_end(struct buf *html)
{
    buf_add_str(html, "</body>\n</html>\n");
}
