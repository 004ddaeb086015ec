"""A server that answers at once, and once stands still: `stalling.py PORT AFTER_S STALL_S`; loopback only."""

from __future__ import annotations

import asyncio
import sys
import time

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok"
READY = b"GET /ready "


class Stalling(asyncio.Protocol):
    """One connection. The clock of the stall starts with the first request of the load."""

    started = False
    after_s = stall_s = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete; nobody here sends a body."""
        if not Stalling.started and not data.startswith(READY):
            Stalling.started = True
            asyncio.get_running_loop().call_later(self.after_s, time.sleep, self.stall_s)
        assert isinstance(self.transport, asyncio.WriteTransport)
        self.transport.write(ANSWER * data.count(b"\r\n\r\n"))


async def main(port: int) -> None:
    """Serve until killed."""
    server = await asyncio.get_running_loop().create_server(Stalling, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    Stalling.after_s, Stalling.stall_s = map(float, sys.argv[2:4])
    asyncio.run(main(int(sys.argv[1])))
