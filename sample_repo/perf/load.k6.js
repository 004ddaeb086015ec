// Customers who look at what the shop sells: k6 run -e SHOP=http://127.0.0.1:8000 perf/load.k6.js
import http from "k6/http";
import { check } from "k6";

export default function () {
  const number = 1 + Math.floor(Math.random() * 20);
  for (const path of ["/products", `/products/${number}`]) {
    check(http.get(`${__ENV.SHOP}${path}`), { answered: (response) => response.status === 200 });
  }
}
