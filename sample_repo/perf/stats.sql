-- What /stats and /orders ask, with the values of one request.
SELECT count(*), coalesce(sum(total_cents), 0) FROM orders WHERE day BETWEEN '2025-12-02' AND '2025-12-31';
SELECT orders.id, products.name AS product, quantity, total_cents, customer FROM orders
  JOIN products ON products.id = product_id WHERE day = '2025-12-24' ORDER BY orders.id LIMIT 100;
