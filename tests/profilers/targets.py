"""Programs to be profiled: `spend` computes, `doze` waits, `keep` allocates; a server does one each request.

Each does so much more of its own than the others that a slow page fault or a late signal changes nothing.
"""

PYTHON = """
import sys, time
KEPT = []
def spend(n):
    total = 0
    for number in range(n):
        total += number * number
    return total
def keep():
    KEPT.append(bytearray(50_000))
def doze():
    time.sleep(0.012)
def work():
    spend(60_000)
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
NODE = """
const KEPT = [];
function spend(n) { let total = 0; for (let i = 0; i < n; i++) total += Math.sqrt(i); return total; }
function keep() { KEPT.push(new Array(20000).fill(KEPT.length)); }
function hold() { let total = 0; for (let i = 0; i < 1e8; i++) total += i; return total; }
function work() { spend(300000); keep(); if (KEPT.length % 10 === 0) hold(); }
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
