#include "services/common_passwords.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Folded, at least PASSWORD_CHARS_MIN characters each, in the order of their
 * bytes: the test holds that.  What is one character over and over is found
 * without them. */
static const char *const common[] = {
    "!qaz2wsx",     "00112233",      "01010101",      "01234567",
    "012345678",    "0123456789",    "0987654321",    "10101010",
    "11112222",     "11223344",      "1122334455",    "112233445566",
    "12121212",     "12312312",      "123123123",     "123123123a",
    "123321123",    "12341234",      "12344321",      "123454321",
    "12345678",     "123456789",     "1234567890",    "12345678910",
    "123456789a",   "12345678a",     "123456aa",      "123456ab",
    "123456qwe",    "12345abc",      "12345qwe",      "1234abcd",
    "1234qwer",     "123654789",     "123abc123",     "123qwe123",
    "123qweasd",    "13131313",      "1314520a",      "13579246",
    "135792468",    "14725836",      "147258369",     "159753456",
    "15975346",     "19841984",      "19901990",      "1a2b3c4d",
    "1a2b3c4d5e",   "1q2w3e4r",      "1q2w3e4r5t",    "1q2w3e4r5t6y",
    "1qaz2wsx",     "1qaz2wsx3edc",  "1qaz@wsx",      "1qazxsw2",
    "20002000",     "20202020",      "20202021",      "20242024",
    "20252025",     "20262026",      "24681012",      "258456258",
    "27182818",     "31415926",      "314159265",     "32165498",
    "45645645",     "456789123",     "52013145",      "5201314520",
    "5201314a",     "55667788",      "69696969",      "741852963",
    "789456123",    "78978978",      "87654321",      "88888888a",
    "963852741",    "98765432",      "987654321",     "9876543210",
    "99887766",     "a1234567",      "a12345678",     "a123456789",
    "a1b2c3d4",     "a1b2c3d4e5",    "aa123456",      "aa12345678",
    "aabbccdd",     "abc12345",      "abc123456",     "abc123abc",
    "abcd1234",     "abcdabcd",      "abcde123",      "abcdefg1",
    "abcdefgh",     "abcdefghi",     "abcdefghij",    "access123",
    "access14",     "admin123",      "admin1234",     "admin12345",
    "admin@123",    "adminadmin",    "administrator", "administrator1",
    "alejandro",    "alexander",     "alexandra",     "andrew123",
    "angel123",     "angelangel",    "anthony1",      "anything",
    "apple123",     "apples123",     "aquarius",      "arsenal1",
    "arsenal123",   "as123456",      "asd12345",      "asd123456",
    "asdf1234",     "asdfasdf",      "asdfghjk",      "asdfghjkl",
    "asdfjkl;",     "asdfqwer",      "asdzxc123",     "ashley123",
    "autumn2024",   "autumn2025",    "azerty123",     "azertyui",
    "azertyuiop",   "babyboy1",      "babygirl",      "babygirl1",
    "bailey123",    "banana123",     "barcelona",     "barcelona1",
    "baseball",     "baseball1",     "basketball",    "batman123",
    "beautiful",    "beautiful1",    "benjamin",      "birthday",
    "birthday1",    "blackbird",     "blackcat",      "blackjack",
    "blessed1",     "blessing",      "blueberry",     "bluebird",
    "bond0070",     "bonjour1",      "brasil123",     "brittany",
    "brooklyn",     "business",      "buster12",      "buster123",
    "butterfly",    "butterfly1",    "california",    "capricorn",
    "caroline",     "catherine",     "celtic1888",    "changeit",
    "changeme",     "charlie1",      "charlie123",    "charlotte",
    "chatchat",     "chatroom",      "cheese123",     "chelsea1",
    "chelsea123",   "chevrolet",     "chevy123",      "cheyenne",
    "chicago1",     "chocolate",     "chocolate1",    "chouchou",
    "christian",    "christina",     "christine",     "ciao1234",
    "ciaociao",     "cinnamon",      "college1",      "company1",
    "company123",   "computer",      "computer1",     "contrasena",
    "contraseña",   "cookie123",     "corazon1",      "corinthians",
    "corporate",    "corvette",      "corvette1",     "cowboys1",
    "cricket1",     "cupcake1",      "daniel123",     "danielle",
    "danielle1",    "debian123",     "december",      "default1",
    "default123",   "demo1234",      "demodemo",      "deutschland",
    "diamond1",     "director",      "dolphin1",      "dolphins",
    "dontknow",     "donttell",      "doudou123",     "dragon12",
    "dragon123",    "dragon1234",    "drummer1",      "dumbledore",
    "elephant",     "elizabeth",     "emerald1",      "eminem123",
    "estrella",     "everton1",      "everything",    "facebook",
    "facebook1",    "faithful",      "february",      "fernando",
    "ferrari1",     "flamengo",      "florida1",      "football",
    "football1",    "forgetit",      "forgotten",     "fortnite",
    "forzamilan",   "francesco",     "friday13",      "fussball",
    "gabriel1",     "gabriela",      "gandalf1",      "geheim123",
    "germany1",     "ginger123",     "godzilla",      "goodbye1",
    "goodluck",     "google123",     "gorgeous",      "greenday",
    "greenday1",    "guest123",      "guestguest",    "guitar123",
    "hallo123",     "hallo1234",     "harley123",     "harrypotter",
    "heavenly",     "hello123",      "hello1234",     "hello12345",
    "hellohello",   "helloworld",    "hobbit123",     "hockey123",
    "hogwarts",     "holdline",      "holdline1",     "holdline123",
    "holidays",     "hondacivic",    "hunter12",      "hunter123",
    "hurricane",    "ichliebedich",  "idontknow",     "ihateyou",
    "ilovegod",     "iloveyou",      "iloveyou!",     "iloveyou1",
    "iloveyou123",  "iloveyou2",     "instagram",     "internet",
    "internet1",    "ironmaiden",    "ironman1",      "isabella",
    "jamesbond",    "january1",      "jennifer",      "jennifer1",
    "jessica1",     "jesus123",      "jesuschrist",   "jetaime1",
    "jonathan",     "jordan23",      "joshua123",     "juventus",
    "juventus1",    "kawasaki",      "keyboard",      "killer12",
    "killer123",    "kingkong",      "lakers24",      "letmein1",
    "letmeinnow",   "lightning",     "linuxlinux",    "liverpool",
    "liverpool1",   "login123",      "loginlogin",    "london123",
    "losangeles",   "loulou123",     "lovelove",      "loveyou1",
    "lucky123",     "lucky777",      "luckyone",      "maggie123",
    "manager1",     "manchester",    "mariposa",      "marseille",
    "master12",     "master123",     "masterkey",     "matrix123",
    "matthew1",     "maverick",      "mercedes",      "mercedes1",
    "messages",     "metallica",     "metallica1",    "michael1",
    "michelle",     "michelle1",     "microsoft",     "midnight",
    "millionaire",  "minecraft",     "minecraft1",    "monday123",
    "money123",     "moneymoney",    "monkey12",      "monkey123",
    "monkey1234",   "moonlight",     "motdepasse",    "mountain",
    "musicman",     "mustang1",      "mustang123",    "mypassword",
    "mysecret",     "newpassword",   "newyork1",      "newyorkcity",
    "nicholas",     "nicholas1",     "nintendo",      "nirvana1",
    "nopasswd",     "nopassword",    "nothing1",      "november",
    "office123",    "oldpassword",   "opensesame",    "orange123",
    "p@ssw0rd",     "p@ssw0rd1",     "p@ssw0rd123",   "p@ssword",
    "pa$$word",     "pa55word",      "packers1",      "palmeiras",
    "paris123",     "pass1234",      "pass12345",     "pass@123",
    "pass@1234",    "passpass",      "passphrase",    "passw0rd",
    "passw0rd1",    "passw0rd123",   "password",      "password!",
    "password00",   "password01",    "password02",    "password1",
    "password1!",   "password11",    "password12",    "password123",
    "password123!", "password1234",  "password12345", "password123456",
    "password2",    "password2023",  "password2024",  "password2025",
    "password2026", "password3",     "password99",    "password@123",
    "passwort",     "passwort1",     "passwort123",   "patricia",
    "pepper123",    "phoenix1",      "pineapple",     "playstation",
    "pokemon1",     "pokemon123",    "porsche911",    "precious",
    "princess",     "princess1",     "q12345678",     "q1w2e3r4",
    "q1w2e3r4t5",   "q1w2e3r4t5y6",  "qaz12345",      "qazwsx123",
    "qazwsxedc",    "qazxswedc",     "qq123456",      "qwaszx12",
    "qwe123qwe",    "qweasd123",     "qweasdzxc",     "qweqweqwe",
    "qwer1234",     "qwerasdf",      "qwerty!1",      "qwerty12",
    "qwerty123",    "qwerty1234",    "qwerty12345",   "qwerty123456",
    "qwertyqwerty", "qwertyui",      "qwertyui1",     "qwertyuiop",
    "qwertyйцукен", "qwertz123",     "qwertzui",      "qwertzuiop",
    "rainbow1",     "rainbow123",    "ranger12",      "rangers1",
    "realmadrid",   "realmadrid1",   "redsocks",      "richard1",
    "robert123",    "rockandroll",   "rockstar",      "rockyou1",
    "root1234",     "rootroot",      "sagittarius",   "samantha",
    "samantha1",    "sample123",     "samsung1",      "samsung123",
    "sapphire",     "saturday",      "savannah",      "schalke04",
    "schatz123",    "school123",     "scorpio1",      "scorpion",
    "sebastian",    "secret123",     "secretsecret",  "senha123",
    "senha1234",    "september",     "shadow12",      "shadow123",
    "sherlock",     "slipknot",      "slipknot1",     "snowball",
    "snowflake",    "soccer12",      "soccer123",     "softball",
    "softball1",    "soleil123",     "something",     "sommer2024",
    "sommer2025",   "spiderman",     "spiderman1",    "spring2024",
    "spring2025",   "spring2026",    "starlight",     "startrek",
    "starwars",     "starwars1",     "steelers",      "stephanie",
    "strawberry",   "student1",      "student123",    "summer12",
    "summer123",    "summer2023",    "summer2024",    "summer2025",
    "summer2026",   "sunflower",     "sunshine",      "sunshine1",
    "superman",     "superman1",     "superuser",     "supervisor",
    "suzuki123",    "sweetheart",    "sweetie1",      "swimming",
    "sysadmin",     "teacher1",      "teamomo1",      "teamomucho",
    "temp1234",     "temporary",     "temppass",      "tennis123",
    "tequiero",     "tequieromucho", "terminator",    "test1234",
    "test12345",    "testing1",      "testing123",    "testtest",
    "testuser",     "texas123",      "thepassword",   "thomas123",
    "thunder1",     "thursday",      "tigger12",      "tigger123",
    "toortoor",     "topsecret",     "toyota123",     "treasure",
    "trustno1",     "trustno1!",     "ubuntu123",     "user1234",
    "username",     "username1",     "vacation",      "valentina",
    "veronica",     "victoria",      "voldemort",     "volleyball",
    "wasdwasd",     "watermelon",    "webmaster",     "welcome!",
    "welcome1",     "welcome123",    "welcome1234",   "welcome2",
    "welcomehome",  "whatever",      "whatever1",     "whatsapp",
    "whocares",     "william1",      "windows1",      "windows10",
    "winter12",     "winter123",     "winter2023",    "winter2024",
    "winter2025",   "winter2026",    "winterzeit",    "woaini123",
    "woaini1314",   "woaini520",     "wolverine",     "ww123456",
    "xx123456",     "yamaha123",     "yankees1",      "youtube1",
    "zaq12wsx",     "zaq1zaq1",      "zaqxswcde",     "zxc12345",
    "zxcvbnm,",     "zxcvbnm1",      "zxcvbnm123",    "zxcvbnm123456",
    "zxcvzxcv",     "zz123456",      "йцукен123",     "йцукенгш",
    "пароль123",
};

static int compare(const void *key, const void *item)
{
    const struct span *text = key;
    const struct span entry = span_of(*(const char *const *)item);
    const size_t len = text->len < entry.len ? text->len : entry.len;
    const int order = memcmp(text->at, entry.at, len);

    if (order != 0)
        return order;
    return (text->len > entry.len) - (text->len < entry.len);
}

static bool is_one_character(struct span text)
{
    struct span rest = text;
    uint32_t first;

    if (text.len == 0)
        return false;
    first = text_take_first(&rest);
    while (rest.len > 0) {
        if (text_take_first(&rest) != first)
            return false;
    }
    return true;
}

bool common_passwords_has(struct span folded)
{
    return is_one_character(folded) ||
           bsearch(&folded, common, sizeof(common) / sizeof(common[0]),
                   sizeof(common[0]), compare) != NULL;
}
