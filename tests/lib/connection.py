"""What all connections have in common, whatever is spoken on them."""


class Connection:
    """Owns `sock` and closes it; stands for it where a descriptor is wanted."""

    def __init__(self, sock):
        self.sock = sock

    def fileno(self):
        return self.sock.fileno()

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
