// The shop's page: shelves, search, product details and the cart.
// One module without dependencies; everything above "Page" works without a browser as well.

// ---------------------------------------------------------------- Money and words

const LOCALE = "en-IE";
const euro = new Intl.NumberFormat(LOCALE, { style: "currency", currency: "EUR" });
const whole = new Intl.NumberFormat(LOCALE);
const dayName = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

/** Cents as people write them: 1999 -> "€19.99". Amounts stay whole cents everywhere else. */
export function money(cents) {
  return euro.format(cents / 100);
}

export function plural(count, one, many = `${one}s`) {
  return `${whole.format(count)} ${count === 1 ? one : many}`;
}

/** "2025-12-24" -> "24 December 2025". */
export function longDay(iso) {
  const time = Date.parse(`${iso}T00:00:00Z`);
  return Number.isNaN(time) ? iso : dayName.format(time);
}

export function capitalised(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

// ---------------------------------------------------------------- The API

const TIMEOUT_MS = 8000;
const RETRY_AFTER_MS = [300, 1200];

export class ApiError extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function getOnce(path) {
  const response = await fetch(path, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(TIMEOUT_MS) });
  const body = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new ApiError(response.status, body.error ?? `the shop answered ${response.status}`);
  }
  return body;
}

/** Gets JSON; asks again when the network or the server failed, but not when the request itself was wrong. */
export async function getJson(path) {
  for (const wait of RETRY_AFTER_MS) {
    try {
      return await getOnce(path);
    } catch (error) {
      if (error instanceof ApiError && error.status < 500) throw error;
      await pause(wait);
    }
  }
  return getOnce(path);
}

// ---------------------------------------------------------------- Search

/** Lower case without accents, so that "creme" finds "Crème". */
export function folded(text) {
  return text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();
}

export function words(text) {
  return folded(text).match(/[\p{Letter}\p{Number}]+/gu) ?? [];
}

/** True if one edit (a letter more, less, other, or two swapped) makes `a` of `b`. */
export function oneEditApart(a, b) {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA -= 1;
    endB -= 1;
  }
  const restA = a.slice(start, endA);
  const restB = b.slice(start, endB);
  if (restA.length <= 1 && restB.length <= 1) return true;
  return restA.length === 2 && restB.length === 2 && restA[0] === restB[1] && restA[1] === restB[0];
}

const FIELD_WEIGHTS = { name: 8, category: 4, description: 1 };

// How well a word of the query fits a word of the text. Typing errors count from four letters on:
// in shorter words nearly everything is one edit apart.
function fit(wanted, found) {
  if (found === wanted) return 3;
  if (found.startsWith(wanted)) return 2;
  if (wanted.length >= 4 && oneEditApart(wanted, found)) return 1;
  return 0;
}

export class SearchIndex {
  constructor(products) {
    this.entries = products.map((product) => ({
      product,
      fields: Object.entries(FIELD_WEIGHTS).map(([name, weight]) => ({ weight, words: words(product[name]) })),
    }));
  }

  /** Products that fit every word of the query, with the best first; all of them if the query is empty. */
  find(query) {
    const wanted = words(query);
    if (wanted.length === 0) return this.entries.map(({ product }) => ({ product, score: 0 }));
    const hits = [];
    for (const { product, fields } of this.entries) {
      let score = 0;
      for (const word of wanted) {
        const best = bestFit(word, fields);
        if (best === 0) {
          score = 0;
          break;
        }
        score += best;
      }
      if (score > 0) hits.push({ product, score });
    }
    return hits.sort((a, b) => b.score - a.score || a.product.id - b.product.id);
  }
}

function bestFit(word, fields) {
  let best = 0;
  for (const { weight, words: found } of fields) {
    for (const candidate of found) best = Math.max(best, weight * fit(word, candidate));
  }
  return best;
}

/** Splits a text into pieces, those that begin with a word of the query marked: for showing why it was found. */
export function highlighted(text, query) {
  const wanted = words(query);
  const pieces = [];
  for (const piece of text.split(/([\p{Letter}\p{Mark}\p{Number}]+)/u)) {
    if (piece === "") continue;
    const plain = folded(piece);
    pieces.push({ text: piece, hit: wanted.some((word) => plain.startsWith(word)) });
  }
  return pieces;
}

// ---------------------------------------------------------------- Shelves: what is shown, in which order

export const SORTS = {
  best: { label: "best match", compare: null },
  cheap: { label: "price, low first", compare: (a, b) => a.price_cents - b.price_cents },
  dear: { label: "price, high first", compare: (a, b) => b.price_cents - a.price_cents },
  name: { label: "name", compare: (a, b) => a.name.localeCompare(b.name, LOCALE) },
};

export const EVERYTHING = { query: "", category: "", sort: "best", maxPrice: null };

/** The products that a choice leaves, in its order. */
export function choose(index, choice) {
  const limit = choice.maxPrice === null ? Infinity : choice.maxPrice * 100;
  const found = index
    .find(choice.query)
    .map(({ product }) => product)
    .filter((product) => (!choice.category || product.category === choice.category) && product.price_cents <= limit);
  const { compare } = SORTS[choice.sort];
  return compare ? found.sort((a, b) => compare(a, b) || a.id - b.id) : found;
}

/** How many products each category holds under the rest of the choice. */
export function countByCategory(index, choice) {
  const counts = new Map();
  for (const { category } of choose(index, { ...choice, category: "", sort: "best" })) {
    counts.set(category, (counts.get(category) ?? 0) + 1);
  }
  return counts;
}

/** A choice as the part of an address after "#", so that it can be kept and sent to somebody. */
export function toFragment(choice) {
  const query = new URLSearchParams();
  if (choice.query) query.set("q", choice.query);
  if (choice.category) query.set("in", choice.category);
  if (choice.sort !== EVERYTHING.sort) query.set("sort", choice.sort);
  if (choice.maxPrice !== null) query.set("max", String(choice.maxPrice));
  return query.toString();
}

/** The other way; whatever makes no sense is left out, because anybody can type an address. */
export function fromFragment(fragment, categories) {
  const query = new URLSearchParams(fragment);
  const category = query.get("in") ?? "";
  const sort = query.get("sort") ?? "";
  const max = Number.parseFloat(query.get("max") ?? "");
  return {
    query: query.get("q") ?? "",
    category: categories.includes(category) ? category : "",
    sort: Object.hasOwn(SORTS, sort) ? sort : EVERYTHING.sort,
    maxPrice: Number.isFinite(max) && max >= 0 ? max : null,
  };
}

// ---------------------------------------------------------------- The cart

const CART_KEY = "pinehouse.cart";
const CART_VERSION = 1;
export const MOST_OF_ONE = 99;

const SHIPPING_CENTS = 490;
const FREE_SHIPPING_FROM_CENTS = 5000;
const VAT_PERCENT = 23;

/** Storage that outlives the page, or, where the browser forbids that, one that lasts as long as the page. */
export function safeStorage(storage) {
  const memory = new Map();
  return {
    read(key) {
      try {
        return storage().getItem(key);
      } catch {
        return memory.get(key) ?? null;
      }
    },
    write(key, value) {
      memory.set(key, value);
      try {
        storage().setItem(key, value);
      } catch {
        // Private windows and full disks: the copy in memory has to do.
      }
    },
  };
}

/** Product ids and amounts. Tells its listeners of every change, and keeps itself in the storage. */
export class Cart {
  constructor(storage) {
    this.storage = storage;
    this.amounts = new Map();
    this.listeners = new Set();
    this.load();
  }

  load() {
    this.amounts.clear();
    let kept = null;
    try {
      kept = JSON.parse(this.storage.read(CART_KEY) ?? "null");
    } catch {
      kept = null;
    }
    if (kept?.version !== CART_VERSION || !Array.isArray(kept.items)) return;
    for (const [id, amount] of kept.items) {
      if (Number.isInteger(id) && Number.isInteger(amount) && amount > 0) {
        this.amounts.set(id, Math.min(amount, MOST_OF_ONE));
      }
    }
  }

  onChange(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  changed() {
    this.storage.write(CART_KEY, JSON.stringify({ version: CART_VERSION, items: [...this.amounts] }));
    for (const listener of this.listeners) listener(this);
  }

  amount(id) {
    return this.amounts.get(id) ?? 0;
  }

  /** Sets an amount; 0 takes the product out, and more than 99 of one is 99. */
  set(id, amount) {
    const wanted = Math.max(0, Math.min(MOST_OF_ONE, Math.trunc(amount) || 0));
    if (wanted === this.amount(id)) return;
    if (wanted === 0) this.amounts.delete(id);
    else this.amounts.set(id, wanted);
    this.changed();
  }

  add(id, more = 1) {
    this.set(id, this.amount(id) + more);
  }

  clear() {
    if (this.amounts.size === 0) return;
    this.amounts.clear();
    this.changed();
  }

  /** Takes out what the shop no longer sells; says how many that were. */
  keepOnly(known) {
    const gone = [...this.amounts.keys()].filter((id) => !known.has(id));
    for (const id of gone) this.amounts.delete(id);
    if (gone.length > 0) this.changed();
    return gone.length;
  }

  get pieces() {
    let sum = 0;
    for (const amount of this.amounts.values()) sum += amount;
    return sum;
  }

  /** One line per product, in the order in which they came in. */
  lines(byId) {
    return [...this.amounts].map(([id, amount]) => {
      const product = byId.get(id);
      return { product, amount, cents: amount * product.price_cents };
    });
  }
}

/** What a cart costs. Prices contain the tax, so it is split off the sum, not added to it. */
export function sums(lines) {
  const goods = lines.reduce((sum, line) => sum + line.cents, 0);
  const shipping = goods === 0 || goods >= FREE_SHIPPING_FROM_CENTS ? 0 : SHIPPING_CENTS;
  const total = goods + shipping;
  return {
    goods,
    shipping,
    total,
    vat: total - Math.round((total * 100) / (100 + VAT_PERCENT)),
    missingForFree: Math.max(0, FREE_SHIPPING_FROM_CENTS - goods),
  };
}

/** The order as plain text, for a letter or a mail: this shop takes orders the old way. */
export function orderSlip(lines) {
  const { goods, shipping, total, vat } = sums(lines);
  const width = Math.max(24, ...lines.map((line) => line.product.name.length));
  const row = (left, name, cents) => `${left.padStart(3)} ${name.padEnd(width)} ${money(cents).padStart(12)}`;
  const rule = "-".repeat(width + 17);
  return [
    "Order for Pinehouse",
    "",
    ...lines.map((line) => row(String(line.amount), line.product.name, line.cents)),
    rule,
    row("", "Goods", goods),
    row("", shipping ? "Shipping" : "Shipping (free)", shipping),
    row("", "Total", total),
    row("", `VAT ${VAT_PERCENT} % in it`, vat),
  ].join("\n");
}

// ---------------------------------------------------------------- Page: small tools

const SVG = "http://www.w3.org/2000/svg";
const PAGE_SIZE = 24;
const TYPING_PAUSE_MS = 120;
const TOAST_MS = 3500;

const byId = (id) => document.getElementById(id);

/** Makes an element. Text always goes in as text: names come from people. */
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function icon(category) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `images/categories.svg#${category}`);
  svg.append(use);
  return svg;
}

function afterPause(action, ms) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), ms);
  };
}

function toast(text, { warn = false, action = null } = {}) {
  const box = h("div", { class: warn ? "toast warn" : "toast" }, text);
  const close = () => box.remove();
  if (action) {
    box.append(
      " ",
      h("button", { type: "button", class: "plain", onclick: () => { action.run(); close(); } }, action.label),
    );
  }
  byId("toasts").append(box);
  setTimeout(close, TOAST_MS);
}

// ---------------------------------------------------------------- Page: the theme

const THEME_KEY = "pinehouse.theme";

function startTheme(storage) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const show = () => {
    document.documentElement.dataset.theme = storage.read(THEME_KEY) ?? (dark.matches ? "dark" : "light");
  };
  dark.addEventListener("change", show);
  byId("theme").addEventListener("click", () => {
    storage.write(THEME_KEY, document.documentElement.dataset.theme === "dark" ? "light" : "dark");
    show();
  });
  show();
}

// ---------------------------------------------------------------- Page: the shelves

class Shelves {
  constructor(products, cart, openProduct) {
    this.index = new SearchIndex(products);
    this.categories = [...new Set(products.map((product) => product.category))];
    this.cart = cart;
    this.openProduct = openProduct;
    this.choice = fromFragment(location.hash.slice(1), this.categories);
    this.shown = PAGE_SIZE;
    this.cards = new Map();
    this.listen();
    this.draw();
  }

  listen() {
    const search = byId("search");
    search.addEventListener("input", afterPause(() => this.pick({ query: search.value }), TYPING_PAUSE_MS));
    search.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.pick({ query: search.value });
    });
    byId("sort").append(...Object.entries(SORTS).map(([key, { label }]) => h("option", { value: key }, label)));
    byId("sort").addEventListener("change", (event) => this.pick({ sort: event.target.value }));
    byId("max-price").addEventListener("input", (event) => {
      const max = Number.parseFloat(event.target.value);
      this.pick({ maxPrice: Number.isFinite(max) && max >= 0 ? max : null });
    });
    byId("more").addEventListener("click", () => {
      this.shown += PAGE_SIZE;
      this.draw();
    });
    addEventListener("hashchange", () => {
      // Our own changes come back here too; they are drawn already.
      if (location.hash.slice(1) === toFragment(this.choice)) return;
      this.choice = fromFragment(location.hash.slice(1), this.categories);
      this.shown = PAGE_SIZE;
      this.draw();
    });
    this.cart.onChange(() => this.drawAmounts());
  }

  pick(part) {
    this.choice = { ...this.choice, ...part };
    this.shown = PAGE_SIZE;
    history.replaceState(null, "", `#${toFragment(this.choice)}`);
    this.draw();
  }

  draw() {
    const found = choose(this.index, this.choice);
    this.drawTools();
    byId("summary").textContent = this.summary(found.length);
    const list = byId("products");
    list.replaceChildren(...found.slice(0, this.shown).map((product) => this.card(product)));
    if (found.length === 0) list.append(this.nothing());
    byId("more").hidden = found.length <= this.shown;
    this.drawAmounts();
  }

  drawTools() {
    const counts = countByCategory(this.index, this.choice);
    const chip = (category, label, count) =>
      h(
        "button",
        {
          type: "button",
          class: "chip",
          "aria-pressed": String(this.choice.category === category),
          disabled: count === 0,
          onclick: () => this.pick({ category }),
        },
        `${label} ${count}`,
      );
    const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const nav = byId("categories");
    const focused = [...nav.children].indexOf(document.activeElement);
    nav.replaceChildren(
      chip("", "All", all),
      ...this.categories.map((category) => chip(category, capitalised(category), counts.get(category) ?? 0)),
    );
    // The buttons are new ones: somebody who walks them with the keyboard must not be thrown out.
    nav.children[focused]?.focus();
    byId("sort").value = this.choice.sort;
    if (document.activeElement !== byId("search")) byId("search").value = this.choice.query;
    if (document.activeElement !== byId("max-price")) byId("max-price").value = this.choice.maxPrice ?? "";
  }

  summary(count) {
    const { query, category, maxPrice } = this.choice;
    const parts = [plural(count, "product")];
    if (category) parts.push(`in ${category}`);
    if (query.trim()) parts.push(`for “${query.trim()}”`);
    if (maxPrice !== null) parts.push(`up to ${money(Math.round(maxPrice * 100))}`);
    return parts.join(" ");
  }

  // A card is made once and moved after that; only its marked title depends on the query.
  card(product) {
    let card = this.cards.get(product.id);
    if (!card) {
      card = this.newCard(product);
      this.cards.set(product.id, card);
    }
    const pieces = highlighted(product.name, this.choice.query);
    card.title.replaceChildren(...pieces.map(({ text, hit }) => (hit ? h("mark", {}, text) : text)));
    return card.element;
  }

  newCard(product) {
    const title = h("button", { type: "button", onclick: () => this.openProduct(product) });
    const add = h("button", { type: "button", onclick: () => this.cart.add(product.id) });
    const element = h(
      "li",
      { class: "card" },
      icon(product.category),
      h("h3", {}, title),
      h("p", {}, product.description),
      h("footer", {}, h("span", { class: "price" }, money(product.price_cents)), add),
    );
    return { element, title, add, product };
  }

  drawAmounts() {
    for (const { add, product } of this.cards.values()) {
      const amount = this.cart.amount(product.id);
      add.textContent = amount ? `In the cart: ${amount}` : "Add";
      add.disabled = amount >= MOST_OF_ONE;
      add.setAttribute("aria-label", `Add ${product.name} to the cart${amount ? `, ${amount} in it` : ""}`);
    }
  }

  nothing() {
    return h(
      "li",
      { class: "empty" },
      "Nothing on the shelves fits. ",
      h("button", { type: "button", onclick: () => { byId("search").value = ""; this.pick(EVERYTHING); } }, "Show everything"),
    );
  }
}

// ---------------------------------------------------------------- Page: one product

class ProductDialog {
  constructor(cart) {
    this.cart = cart;
    this.dialog = byId("product");
    this.details = new Map();
    closeOnBackdrop(this.dialog);
  }

  async open(product) {
    const facts = h("p", { "aria-busy": "true" }, "…");
    this.dialog.replaceChildren(
      h(
        "header",
        {},
        h("h2", { id: "product-name" }, product.name),
        h("button", { type: "button", class: "plain", "aria-label": "Close", onclick: () => this.dialog.close() }, "✕"),
      ),
      h("p", {}, product.description),
      facts,
      h("p", { class: "price" }, money(product.price_cents)),
      h("button", { type: "button", onclick: () => { this.cart.add(product.id); this.dialog.close(); } }, "Add to the cart"),
    );
    this.dialog.showModal();
    facts.textContent = await this.facts(product);
    facts.removeAttribute("aria-busy");
  }

  async facts(product) {
    try {
      if (!this.details.has(product.id)) {
        this.details.set(product.id, await getJson(`/products/${product.id}`));
      }
      const { orders, last_delivered: last } = this.details.get(product.id);
      return orders ? `In ${plural(orders, "order")} so far, the last one delivered on ${longDay(last)}.` : "Nobody has it yet.";
    } catch (error) {
      return `How often it was ordered is not known just now: ${error.message}.`;
    }
  }
}

// A click on the dialog element itself is one on the backdrop: everything inside covers it.
function closeOnBackdrop(dialog) {
  dialog.addEventListener("click", (event) => {
    if (event.target !== dialog) return;
    const box = dialog.getBoundingClientRect();
    const inside =
      event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) dialog.close();
  });
}

// ---------------------------------------------------------------- Page: the cart

class CartDrawer {
  constructor(cart, products) {
    this.cart = cart;
    this.products = new Map(products.map((product) => [product.id, product]));
    this.dialog = byId("cart");
    closeOnBackdrop(this.dialog);
    byId("open-cart").addEventListener("click", () => this.open());
    cart.onChange(() => this.draw());
    // Another tab of the shop has changed the cart.
    addEventListener("storage", (event) => {
      if (event.key !== CART_KEY) return;
      cart.load();
      cart.keepOnly(this.products);
      for (const listener of cart.listeners) listener(cart);
    });
    this.draw();
  }

  open() {
    this.draw();
    if (!this.dialog.open) this.dialog.showModal();
  }

  draw() {
    const badge = byId("cart-count");
    badge.textContent = whole.format(this.cart.pieces);
    badge.hidden = this.cart.pieces === 0;
    // Keep the caret where it is while an amount is typed.
    const active = document.activeElement?.dataset?.amountOf;
    const lines = this.cart.lines(this.products);
    this.dialog.replaceChildren(
      h(
        "header",
        {},
        h("h2", { id: "cart-title" }, "Your cart"),
        h("button", { type: "button", class: "plain", "aria-label": "Close", onclick: () => this.dialog.close() }, "✕"),
      ),
      ...(lines.length === 0 ? [h("p", { class: "empty" }, "Still empty.")] : this.filled(lines)),
    );
    if (active) this.dialog.querySelector(`[data-amount-of="${active}"]`)?.focus();
  }

  filled(lines) {
    const total = sums(lines);
    return [
      h("table", {}, h("tbody", {}, ...lines.map((line) => this.row(line)))),
      h(
        "dl",
        { class: "sums" },
        h("dt", {}, "Goods"),
        h("dd", {}, money(total.goods)),
        h("dt", {}, total.missingForFree ? `Shipping (free with ${money(total.missingForFree)} more)` : "Shipping"),
        h("dd", {}, total.shipping ? money(total.shipping) : "free"),
        h("dt", { class: "total" }, "Total"),
        h("dd", { class: "total" }, money(total.total)),
        h("dt", {}, `of which VAT ${VAT_PERCENT} %`),
        h("dd", {}, money(total.vat)),
      ),
      h("button", { type: "button", onclick: () => this.copySlip(lines) }, "Copy the order slip"),
      " ",
      h("a", { href: this.mail(lines) }, "or send it by mail"),
      " ",
      h("button", { type: "button", class: "plain", onclick: () => this.empty() }, "Empty the cart"),
    ];
  }

  row({ product, amount, cents }) {
    const set = (value) => this.cart.set(product.id, value);
    const input = h("input", {
      type: "number",
      min: 0,
      max: MOST_OF_ONE,
      value: amount,
      "aria-label": `How many of ${product.name}`,
      "data-amount-of": product.id,
      onchange: (event) => set(Number(event.target.value)),
    });
    return h(
      "tr",
      {},
      h("td", {}, product.name, h("br"), h("small", {}, `${money(product.price_cents)} each`)),
      h(
        "td",
        {},
        h(
          "span",
          { class: "amount" },
          h("button", { type: "button", "aria-label": `One less of ${product.name}`, onclick: () => set(amount - 1) }, "−"),
          input,
          h(
            "button",
            {
              type: "button",
              "aria-label": `One more of ${product.name}`,
              disabled: amount >= MOST_OF_ONE,
              onclick: () => set(amount + 1),
            },
            "+",
          ),
        ),
      ),
      h("td", {}, money(cents)),
    );
  }

  mail(lines) {
    const subject = encodeURIComponent("Order for Pinehouse");
    return `mailto:orders@pinehouse.example?subject=${subject}&body=${encodeURIComponent(orderSlip(lines))}`;
  }

  async copySlip(lines) {
    const slip = orderSlip(lines);
    try {
      await navigator.clipboard.writeText(slip);
      toast("The order slip is in the clipboard.");
    } catch {
      // Without a secure connection there is no clipboard: show it, selected, to be copied by hand.
      const area = h("textarea", { class: "slip", rows: slip.split("\n").length, readonly: true }, slip);
      this.dialog.append(area);
      area.select();
    }
  }

  empty() {
    const before = [...this.cart.amounts];
    this.cart.clear();
    this.dialog.close();
    const undo = () => {
      for (const [id, amount] of before) this.cart.add(id, amount);
    };
    toast("The cart is empty now.", { action: { label: "Undo", run: undo } });
  }
}

// ---------------------------------------------------------------- Page: keys, and the start

function startKeys(cartDrawer) {
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") {
      event.preventDefault();
      byId("search").focus();
    } else if (event.key === "c") {
      cartDrawer.open();
    }
  });
}

async function showHowBusy() {
  try {
    const { orders, days } = await getJson("/stats");
    byId("busy").textContent = `${plural(orders, "parcel")} in the last ${plural(days, "day")}.`;
  } catch {
    // The line is only for company; the shop works without it.
  }
}

async function start() {
  const storage = safeStorage(() => localStorage);
  startTheme(storage);
  let products = [];
  try {
    ({ products } = await getJson("/products"));
  } catch (error) {
    byId("summary").textContent = `The shelves cannot be shown: ${error.message}.`;
    byId("more").hidden = false;
    byId("more").textContent = "Try again";
    byId("more").addEventListener("click", () => location.reload(), { once: true });
    return;
  }
  const cart = new Cart(storage);
  const gone = cart.keepOnly(new Map(products.map((product) => [product.id, product])));
  if (gone > 0) toast(`${plural(gone, "product")} in your cart can no longer be had.`, { warn: true });
  const productDialog = new ProductDialog(cart);
  const drawer = new CartDrawer(cart, products);
  new Shelves(products, cart, (product) => productDialog.open(product));
  startKeys(drawer);
  await showHowBusy();
}

if (typeof document !== "undefined") start();
