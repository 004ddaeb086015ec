"""Programs to be profiled: `spend` computes, `doze` waits, `keep` allocates; a server does one each request.

No one program shows all three: on a slow machine computing takes as long as a pause, and a page fault as computing. So
there is one `mostly` of each, which does ten times more of it than of the others even where everything takes longer.
"""

_PYTHON = """
import sys, time
KEPT = []
def spend(n):
    total = 0
    for number in range(n):
        total += number * number
    return total
def keep():
    KEPT.append(bytearray(BYTES))
def doze():
    time.sleep(PAUSE_S)
def work():
    spend(SQUARES)
    doze()
    keep()
def serve(port):
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        def do_GET(self):
            work()
            self.wfile.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok")
        def log_message(self, *a): pass
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
if len(sys.argv) > 1:
    serve(int(sys.argv[1]))
for _ in range(60):
    work()
sys.exit(7)
"""
_LITTLE = {"SQUARES": 2_000, "PAUSE_S": 0.0005, "BYTES": 20_000}
_MUCH = {"spend": {"SQUARES": 60_000}, "doze": {"PAUSE_S": 0.02}, "keep": {"BYTES": 500_000}}


def mostly(function: str) -> str:
    """The program in Python that does by far the most in `function`."""
    given = _LITTLE | _MUCH.get(function, {})
    return "".join(f"{name} = {value}\n" for name, value in given.items()) + _PYTHON


NODE = """
const KEPT = [];
function spend(n) { let total = 0; for (let i = 0; i < n; i++) total += Math.sqrt(i); return total; }
function keep() { KEPT.push(new Array(20000).fill(KEPT.length)); }
function hold() { let total = 0; for (let i = 0; i < 1e8; i++) total += i; return total; }
function work() { spend(100000); keep(); if (KEPT.length % 10 === 0) hold(); }
if (process.argv[2]) {
  require('node:http').createServer((_, answer) => { work(); answer.end('ok'); }).listen(+process.argv[2], '127.0.0.1');
} else {
  for (let i = 0; i < 60; i++) work();
  process.exitCode = 7;
}
"""
ASYNC = """
import asyncio, sys
def spend(n):
    total = 0
    for number in range(n):
        total += number * number
    return total
async def answer(reader, writer):
    spend(20_000)
    if answer.asked % 10 == 0:
        hold()
    answer.asked += 1
    await reader.readuntil(b"\\r\\n\\r\\n")
    writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nok")
    await writer.drain()
    writer.close()
answer.asked = 0
def hold():
    spend(1_000_000)
async def main():
    server = await asyncio.start_server(answer, "127.0.0.1", int(sys.argv[1]))
    async with server:
        await server.serve_forever()
asyncio.run(main())
"""
NODE_PAGE = "function hold() { let total = 0; for (let i = 0; i < 1e8; i++) total += i; return total; } hold();"
FORKING = """
import multiprocessing
def child():
    block = [bytearray(100_000) for _ in range(20)]
    total = 0
    for number in range(1_000_000):
        total += number * number
def parent():
    block = [bytearray(100_000) for _ in range(20)]
    total = 0
    for number in range(1_000_000):
        total += number * number
one = multiprocessing.get_context("fork").Process(target=child)
one.start()
parent()
one.join()
"""
NODE_PARENT = """
function child() { let total = 0; for (let i = 0; i < 3e7; i++) total += i; return total; }
function parent() { let total = 0; for (let i = 0; i < 3e7; i++) total += i; return total; }
if (process.argv[2]) {
  child();
  setInterval(() => {}, 1000);
  process.send('ready');
} else {
  const server = require('node:child_process').fork(__filename, ['child']);
  server.on('message', () => server.kill('SIGTERM'));
  server.on('exit', (code) => { process.exitCode = code; });
  parent();
}
"""
