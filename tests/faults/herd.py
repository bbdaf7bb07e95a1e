"""herd.py PORT COUNT ROOM: so many clients that ask for news of the room and
wait; says "asked" when all have, and never ends by itself.

Every other one of them leaves with a reset instead of an end."""

import signal
import socket
import struct
import sys
from urllib.parse import urlencode

NO_LINGER = struct.pack("ii", 1, 0)


def main(port, count, room):
    body = urlencode({"room": room, "cursor": "0-0", "html": 0}).encode()
    request = (b"POST /a/message/updates HTTP/1.1\r\nHost: localhost\r\n"
               b"Content-Type: application/x-www-form-urlencoded\r\n"
               b"Content-Length: %d\r\n\r\n" % len(body)) + body
    herd = []
    for n in range(count):
        client = socket.create_connection(("127.0.0.1", port))
        if n % 2:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        client.sendall(request)
        herd.append(client)
    print("asked", flush=True)
    signal.pause()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
