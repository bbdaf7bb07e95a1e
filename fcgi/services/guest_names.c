#include "services/guest_names.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/dice.h"

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

static bool is_number(struct span text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
    }
    return text.len == NUMBER_LEN;
}

bool guest_names_is_made(struct span key)
{
    for (size_t i = 0; i < BIRD_COUNT; i++) {
        const size_t len = strlen(birds[i]);

        if (key.len > len && strncasecmp(key.at, birds[i], len) == 0 &&
            key.at[len] == '-' &&
            is_number((struct span){key.at + len + 1, key.len - len - 1}))
            return true;
    }
    return false;
}
