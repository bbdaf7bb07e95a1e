-- Rooms that somebody made, who is in them, and who may not say or read anything for a while.
--
-- A public room exists by being named, and needs no row here until there is something to know of it.  What is held
-- or posted anywhere is judged by what stands here (services/access.h); so whatever changes who may do what writes
-- a row to room_change in the same transaction.

ALTER TABLE account ADD COLUMN
    -- 1: deletes messages, mutes and bans in public rooms.  Given by `holdline user`.
    is_admin {int64} NOT NULL DEFAULT 0
        CHECK (is_admin IN (0, 1));

CREATE TABLE room (
    -- What the other tables refer to.
    id {id},

    -- What it is called in addresses, in Redis and on the wire: a public room's own name, or for the others a tilde and
    -- random characters (model/room.h), which no public room can have.
    name TEXT NOT NULL
        CONSTRAINT room_name_is_unique UNIQUE
        CHECK (length(name) BETWEEN 1 AND 64),

    -- Who may come in: anybody, its members, or the two it is between.
    kind TEXT NOT NULL
        CHECK (kind IN ('public', 'private', 'direct')),

    -- What it is called on the page.  Null: its name, or of a direct room the other person's.
    title TEXT
        CHECK (length(title) BETWEEN 1 AND 80),

    -- What all titles that look like it have in common (services/names.h): an owner has one of them.
    title_look TEXT
        CHECK (length(title_look) BETWEEN 1 AND 960),

    -- What it is about; empty when nobody has said.
    topic TEXT NOT NULL DEFAULT ''
        CHECK (length(topic) <= 300),

    -- Whose it is: of private rooms, as long as they are not archived.
    owner_id {int64}
        REFERENCES account (id),

    -- The two of a direct room, the smaller id first: "3-17".  There is one room for each two.
    pair TEXT
        CONSTRAINT room_pair_is_unique UNIQUE
        CHECK (length(pair) BETWEEN 3 AND 48),

    -- When it was made, or first known of.
    created_at {int64} NOT NULL
        CHECK (created_at > 0),

    -- Since when nothing can be said in it; members read on.  Null: it is open.
    archived_at {int64}
        CHECK (archived_at > 0),

    CONSTRAINT room_is_of_its_kind CHECK (
        (kind = 'public' AND owner_id IS NULL AND pair IS NULL) OR
        (kind = 'private' AND title IS NOT NULL AND title_look IS NOT NULL AND pair IS NULL AND
            (owner_id IS NOT NULL OR archived_at IS NOT NULL)) OR
        (kind = 'direct' AND owner_id IS NULL AND pair IS NOT NULL))
) {strict};

CREATE UNIQUE INDEX room_title_is_unique ON room (owner_id, title_look);

-- Who is in a private or direct room, and who is asked to come.
CREATE TABLE room_member (
    room_id {int64} NOT NULL
        REFERENCES room (id),
    account_id {int64} NOT NULL
        REFERENCES account (id),

    -- Who is invited by name reads nothing until he has said yes.
    state TEXT NOT NULL
        CHECK (state IN ('invited', 'member')),

    -- When it came to that.  When the owner goes, the room goes to who has been in it longest.
    since {int64} NOT NULL
        CHECK (since > 0),

    PRIMARY KEY (room_id, account_id)
) {strict};

CREATE INDEX room_member_by_account ON room_member (account_id);

-- Links that let somebody into a private room, each once.
CREATE TABLE room_invite (
    -- SHA-256 of the secret in the link, in hexadecimal: who reads the database cannot come in by it.
    secret_hash TEXT PRIMARY KEY
        CHECK (length(secret_hash) = 64),
    room_id {int64} NOT NULL
        REFERENCES room (id),

    -- Who made it, and when.
    made_by {int64} NOT NULL
        REFERENCES account (id),
    made_at {int64} NOT NULL
        CHECK (made_at > 0),

    -- From then on it is none.
    expires_at {int64} NOT NULL
        CHECK (expires_at > made_at),

    -- Who came in by it; null as long as nobody has.
    used_by {int64}
        REFERENCES account (id)
) {strict};

CREATE INDEX room_invite_by_room ON room_invite (room_id);

-- Who is muted (says nothing) or banned (nor reads anything) in a room for a time.
CREATE TABLE room_sanction (
    room_id {int64} NOT NULL
        REFERENCES room (id),

    -- Whom: an account or a guest (services/person.h).
    person TEXT NOT NULL
        CHECK (length(person) BETWEEN 2 AND 24),
    kind TEXT NOT NULL
        CHECK (kind IN ('mute', 'ban')),

    -- What he was called then, for the list of those sanctioned.
    name TEXT NOT NULL
        CHECK (length(name) BETWEEN 1 AND 64),
    given_by {int64} NOT NULL
        REFERENCES account (id),
    given_at {int64} NOT NULL
        CHECK (given_at > 0),

    -- When it is over.
    until {int64} NOT NULL
        CHECK (until > given_at),

    PRIMARY KEY (room_id, person, kind)
) {strict};

-- Up to where somebody has read a room.  The room is its name: public rooms need no row of their own for this.
CREATE TABLE read_marker (
    account_id {int64} NOT NULL
        REFERENCES account (id),
    room TEXT NOT NULL
        CHECK (length(room) BETWEEN 1 AND 64),

    -- The cursor: epoch in hexadecimal, and seq.
    epoch TEXT NOT NULL
        CHECK (length(epoch) BETWEEN 1 AND 16),
    seq {int64} NOT NULL
        CHECK (seq >= 0),

    PRIMARY KEY (account_id, room)
) {strict};

-- What one account is to another.  Two who know each other have a row each.
CREATE TABLE contact (
    account_id {int64} NOT NULL
        REFERENCES account (id),
    other_id {int64} NOT NULL
        REFERENCES account (id),

    -- 'asked': the first has asked the second.  'accepted': both rows are there.  'blocked': the first wants to hear
    -- nothing of the second, whatever the second's row says.
    state TEXT NOT NULL
        CHECK (state IN ('asked', 'accepted', 'blocked')),
    since {int64} NOT NULL
        CHECK (since > 0),

    PRIMARY KEY (account_id, other_id),
    CONSTRAINT contact_is_another CHECK (account_id <> other_id)
) {strict};

CREATE INDEX contact_by_other ON contact (other_id);

-- What the processes are still to be told: who may do what in this room has changed.  Written together with the
-- change, and gone when all have been told; so a worker that dies in between leaves something to find.
CREATE TABLE room_change (
    room_id {int64} PRIMARY KEY
        REFERENCES room (id),

    -- Counts up while it is there, so that who deletes a change does not delete a newer one.
    number {int64} NOT NULL
        CHECK (number > 0)
) {strict};
