"""The accounts of a crew: what was acknowledged against what was heard.

A body is said once, so it stands for its message; an id is <epoch>-<seq>."""


def check(crew):
    """Nothing lost, nothing doubled, one order; and nobody was told of a gap or
    a reset.  Needs a replay list that is longer than what was said."""
    stored = stored_messages(crew)
    check_once_and_in_order(crew)
    for reader in crew.readers:
        assert not reader.gaps and not reader.given_up, f"{reader.name} was told of a loss"
        lost = sorted(set(stored) - set(reader.heard))
        assert reader.heard == stored, f"{reader.name} heard otherwise than what is stored; not: {lost[:10]}"
    assert crew.said, "nothing was said at all"
    lost = crew.said.items() - dict(stored).items()
    assert not lost, f"acknowledged and not stored so: {sorted(lost)}"


def check_with_losses_told(crew):
    """The same where Redis may lose its memory and readers stay away for too
    long: whatever a reader did not hear, it was told of that it is missing."""
    check_once_and_in_order(crew)
    for reader in crew.readers:
        heard = set(reader.heard).union(*reader.given_up)
        missing = {body: each for body, each in crew.said.items() - heard
                   if not is_excused(reader, each)}
        assert not missing, f"{reader.name} was told nothing of {missing}"


def check_once_and_in_order(crew):
    """What can be said whatever happened."""
    bodies = {}
    for reader in crew.readers:
        for heard in (*reader.given_up, reader.heard):
            ids = [each for _, each in heard]
            assert len(set(map(epoch_of, ids))) <= 1, f"{reader.name} was not told of a reset"
            seqs = list(map(seq_of, ids))
            assert seqs == sorted(set(seqs)), f"{reader.name} heard out of order, or twice"
            spoken = [body for body, _ in heard]
            assert len(spoken) == len(set(spoken)), f"{reader.name} heard something twice"
            for body, each in heard:
                assert bodies.setdefault(each, body) == body, f"{each} was given to two messages"


def stored_messages(crew):
    """The replay list, as somebody who comes new is told of it."""
    news = crew.site.client.read(room=crew.room, html=0, timeout=30)
    return [(each["body"], each["id"]) for each in news["messages"]]


def is_excused(reader, message_id):
    """Whether the reader was told that it would not hear of this one: it lies
    between the cursor before a gap and what came next, or in an epoch that was
    given up, behind what the reader had of it."""
    epoch, seq = epoch_of(message_id), seq_of(message_id)
    for before, after in reader.gaps:
        if epoch == epoch_of(after) and seq_of(before) < seq < seq_of(after):
            return True
    if not reader.given_up or epoch == epoch_of(reader.cursor):
        return False
    had = [seq_of(each) for heard in reader.given_up for _, each in heard
           if epoch_of(each) == epoch]
    return seq > max(had, default=0)


def epoch_of(message_id):
    return message_id.split("-")[0]


def seq_of(message_id):
    return int(message_id.split("-")[1])
