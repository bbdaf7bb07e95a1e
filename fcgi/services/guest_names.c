#include "services/guest_names.h"

#include <stdio.h>
#include <string.h>

#include "base/dice.h"
#include "base/fatal.h"

#define NUMBER_LEN 4
#define NUMBERS    10000

static const char *const birds[] = {
    "Avocet",    "Bittern", "Bunting",   "Bustard",  "Crane",     "Curlew",
    "Dipper",    "Dove",    "Dunlin",    "Eider",    "Falcon",    "Finch",
    "Gannet",    "Godwit",  "Goldcrest", "Goshawk",  "Grebe",     "Grouse",
    "Harrier",   "Heron",   "Hoopoe",    "Ibis",     "Jackdaw",   "Kestrel",
    "Kite",      "Knot",    "Lapwing",   "Lark",     "Linnet",    "Magpie",
    "Martin",    "Merlin",  "Nightjar",  "Nuthatch", "Oriole",    "Osprey",
    "Ouzel",     "Owl",     "Petrel",    "Pipit",    "Plover",    "Puffin",
    "Quail",     "Raven",   "Redstart",  "Robin",    "Sandpiper", "Shrike",
    "Siskin",    "Skua",    "Snipe",     "Sparrow",  "Starling",  "Stilt",
    "Stork",     "Swallow", "Swift",     "Teal",     "Tern",      "Thrush",
    "Turnstone", "Wagtail", "Warbler",   "Wren",
};

#define BIRD_COUNT (sizeof(birds) / sizeof(birds[0]))

void guest_names_make(char name[NAME_SIZE])
{
    const uint64_t dice = dice_roll();

    snprintf(name, NAME_SIZE, "%s-%0*u", birds[dice % BIRD_COUNT], NUMBER_LEN,
             (unsigned)(dice >> 32) % NUMBERS);
}

/* The look of a name of which we know that it is one. */
static void look_at(struct name *name, const char *text)
{
    MUST(names_read(span_of(text), name) == NAME_OK);
}

/* What digits look like: as many characters of a byte each. */
static bool is_number(struct span text)
{
    static const char begin[] = "aaa-";
    struct name digits;

    look_at(&digits, "aaa-0123456789");
    for (size_t i = 0; i < text.len; i++) {
        if (strchr(digits.look + strlen(begin), text.at[i]) == NULL)
            return false;
    }
    return text.len == NUMBER_LEN;
}

/* "heron-", as it looks. */
static bool begins_like(struct span look, const char *bird, struct span *rest)
{
    struct name example;
    char text[NAME_SIZE];
    size_t len;

    snprintf(text, sizeof(text), "%s-2222", bird);
    look_at(&example, text);
    len = strlen(example.look) - NUMBER_LEN;
    if (look.len < len || memcmp(look.at, example.look, len) != 0)
        return false;
    *rest = (struct span){look.at + len, look.len - len};
    return true;
}

bool guest_names_is_made(const struct name *name)
{
    const struct span look = span_of(name->look);
    struct span rest;

    for (size_t i = 0; i < BIRD_COUNT; i++) {
        if (begins_like(look, birds[i], &rest) && is_number(rest))
            return true;
    }
    return false;
}
