"""Native programs to be profiled, as `targets` has them for others: compiled once."""

from __future__ import annotations

C = """
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static volatile unsigned long sink;
__attribute__((noinline)) void spend(long n) { for (long i = 0; i < n; i++) sink += i * i; }
__attribute__((noinline)) void doze(void) { usleep(3000); }
__attribute__((noinline)) void handle(int c) {
  char b[1024];
  if (read(c, b, sizeof b) < 0) return;
  spend(1500000);
  doze();
  const char *r = "HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nok";
  if (write(c, r, strlen(r)) < 0) return;
  close(c);
}
int main(int argc, char **argv) {
  if (argc < 2) { for (int i = 0; i < 40; i++) spend(400000); return 7; }
  int s = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])),
                          .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(s, (void *)&a, sizeof a) || listen(s, 64)) return 1;
  for (;;) { int c = accept(s, 0, 0); if (c >= 0) handle(c); }
}
"""
_GO_WORK = """
var kept [][]byte
var sink uint64

//go:noinline
func spend(n uint64) {
	for i := uint64(0); i < n; i++ {
		sink += i * i
	}
}

//go:noinline
func keep(n int) { kept = append(kept[:0], make([]byte, n)) }
"""
GO = f"""
package main

import (
	"net/http"
	_ "net/http/pprof"
	"os"
)
{_GO_WORK}
func main() {{
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {{
		spend(5000000)
		keep(1 << 20)
		w.Write([]byte("ok"))
	}})
	panic(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
}}
"""
GO_TEST = f"""
package bench

import "testing"
{_GO_WORK}
func BenchmarkSpend(b *testing.B) {{
	for i := 0; i < b.N; i++ {{
		spend(5000000)
		keep(1 << 20)
	}}
}}
"""
