-- Accounts: who may sign in.
--
-- The files of this folder are the schema, each a change to it, applied once and in the order of their names
-- (`holdline migrate`).  One that has been applied anywhere is never changed again: what is to be different
-- becomes a new file.  They serve SQLite and PostgreSQL; a word in braces stands for what differs
-- between the two, see fcgi/io/sql_dialect.c.  Moments are milliseconds since 1970 in UTC.
--
-- Sessions, and failed attempts to sign in, are in Redis.

CREATE TABLE account (
    -- What others refer to.  It is given out once: who comes after a deleted account does not inherit its place.
    id {id},

    -- As it is shown, in the letters that were typed.  Null when deleted: it may be taken again.
    name TEXT
        CHECK (length(name) BETWEEN 3 AND 32),

    -- By which it is found: without regard to case (services/names.h).  Folding makes at most 3 characters of one.
    name_key TEXT
        CONSTRAINT account_name_is_unique UNIQUE
        CHECK (length(name_key) BETWEEN 1 AND 96),

    -- What all names that look like it have in common: there is one of them.
    name_look TEXT
        CONSTRAINT account_look_is_unique UNIQUE
        CHECK (length(name_look) BETWEEN 1 AND 384),

    -- Argon2id as libsodium writes it, with its parameters and its salt.  The constraint is there for the day on
    -- which somebody passes the password itself.
    password_hash TEXT
        CHECK (password_hash LIKE '$argon2id$%'),

    -- When it was made.
    created_at {int64} NOT NULL
        CHECK (created_at > 0),

    -- When its password was last changed, at first when it was made.  A session that began with another value
    -- here is none any more, even if Redis was not told.  A hash that is only renewed does not change it.
    password_changed_at {int64} NOT NULL
        CHECK (password_changed_at > 0),

    -- When it was deleted; null as long as it is there.  The row stays, because others may refer to it, but what
    -- it said about a person goes.
    deleted_at {int64}
        CHECK (deleted_at > 0),

    CONSTRAINT account_is_whole_or_empty CHECK (
        (deleted_at IS NULL AND name IS NOT NULL AND name_key IS NOT NULL AND name_look IS NOT NULL AND
            password_hash IS NOT NULL) OR
        (deleted_at IS NOT NULL AND name IS NULL AND name_key IS NULL AND name_look IS NULL AND
            password_hash IS NULL))
) {strict};

-- What Redis is still to be told: the sessions of an account that began with an older password are to be ended.
-- Written together with the change that is the reason, and gone when it has been done; so a worker that dies
-- in between leaves something to find.
CREATE TABLE session_end (
    account_id {int64} PRIMARY KEY
        REFERENCES account (id),

    -- Sessions that began with a password_changed_at before this one end.
    since {int64} NOT NULL
        CHECK (since > 0)
) {strict};
