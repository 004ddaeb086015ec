from __future__ import annotations

import json
import socket
import tempfile
import threading
import unittest
from http.client import HTTPConnection
from pathlib import Path

from shop import seed
from shop.pool import Pool
from shop.server import Shop


class Server(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        database = Path(folder.name) / "shop.db"
        seed.seed_file(database, 50, 1)
        pool = Pool(database)
        cls.addClassCleanup(pool.close)
        shop = Shop(("127.0.0.1", 0), pool)
        cls.addClassCleanup(shop.server_close)
        thread = threading.Thread(target=shop.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        cls.addClassCleanup(thread.join)
        cls.addClassCleanup(shop.shutdown)
        cls.port = shop.server_address[1]

    port: int

    def setUp(self) -> None:
        self.client = HTTPConnection("127.0.0.1", self.port, timeout=5)
        self.addCleanup(self.client.close)

    def get(self, target: str) -> tuple[int, str, bytes]:
        self.client.request("GET", target)
        response = self.client.getresponse()
        return response.status, response.headers["Content-Type"], response.read()

    def test_one_connection_carries_many_requests(self) -> None:
        self.get("/healthz")
        connection = self.client.sock

        for target in ("/stats", "/nowhere", "/orders?day=x", "/"):
            self.get(target)

        self.assertIsNotNone(connection)
        self.assertIs(self.client.sock, connection)

    def test_head_and_body_come_in_one_piece(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as client:
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: shop\r\n\r\n")

            self.assertTrue(client.recv(65536).endswith(b'\r\n\r\n{"ok":true}'))

    def test_serves_the_page(self) -> None:
        status, kind, body = self.get("/")

        self.assertEqual((status, kind), (200, "text/html; charset=utf-8"))
        self.assertIn(b"app.js", body)
        self.assertEqual(self.get("/images/shelf.png")[:2], (200, "image/png"))

    def test_serves_nothing_outside_the_page(self) -> None:
        for target in (
            "/../README.md",
            "/images/../../README.md",
            "/%2e%2e/README.md",
            "//etc/passwd",
            "/images",
            "/%00",
        ):
            with self.subTest(target=target):
                self.assertEqual(self.get(target)[0], 404)

    def test_errors_are_json(self) -> None:
        for target, status in (("/nowhere", 404), ("/stats?days=0", 400)):
            with self.subTest(target=target):
                answer = self.get(target)
                self.assertEqual(answer[:2], (status, "application/json"))
                self.assertTrue(json.loads(answer[2])["error"])

    def test_a_refused_method_ends_the_connection_with_json(self) -> None:
        self.client.request("POST", "/stats", body=b"GET /healthz HTTP/1.1\r\n\r\n")
        response = self.client.getresponse()

        self.assertEqual((response.status, response.headers["Connection"]), (501, "close"))
        self.assertTrue(json.loads(response.read())["error"])
