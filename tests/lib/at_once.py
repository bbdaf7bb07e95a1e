"""Several who do something at the same moment."""

import threading


def at_once(*actions):
    """What each gives, begun at the same moment."""
    results = [None] * len(actions)
    start = threading.Barrier(len(actions))

    def run(n):
        start.wait()
        results[n] = actions[n]()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
