// Runs in every page before its own scripts: of the JSON that it fetches, which fields does it ever look at? Answers are
// handed over as proxies that note what is read; a list notes for all of its items together.
(() => {
  const answers = [];
  const proxies = new WeakMap();
  const watched = (value, path, read) => {
    if (typeof value !== "object" || value === null) return value;
    if (!proxies.has(value)) {
      const below = (key) => (Array.isArray(value) ? `${path}[]` : `${path}.${key}`);
      const get = (target, key, receiver) => {
        const found = Reflect.get(target, key, receiver);
        if (typeof key !== "string" || !Object.hasOwn(target, key)) return found;
        read.add(below(key));
        return watched(found, below(key), read);
      };
      proxies.set(value, new Proxy(value, { get }));
    }
    return proxies.get(value);
  };
  const unread = (value, path, read, into) => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, one] of Object.entries(value)) {
      const name = Array.isArray(value) ? `${path}[]` : `${path}.${key}`;
      if (read.has(name)) unread(one, name, read, into);
      else into[name] = (into[name] ?? 0) + key.length + 4 + (JSON.stringify(one)?.length ?? 0);
    }
  };
  Response.prototype.json = async function () {
    const text = await this.text();
    const value = JSON.parse(text);
    const read = new Set();
    answers.push({ url: this.url, bytes: text.length, value, read });
    return watched(value, "", read);
  };
  window.resonancePerfFields = () =>
    answers.map(({ url, bytes, value, read }) => {
      const into = {};
      unread(value, "", read, into);
      return { url, bytes, unread: into };
    });
})();
