// Looks at the page as the visit has left it, from within: what the browser knows of its elements and its requests.
async () => {
  const WORTH_ENCODING = 4096; // bytes; the same from which on Lighthouse speaks of an image
  const MOST_ENCODED = 40; // the heaviest of them
  const MOST_PIXELS = 16_000_000;
  const QUALITY = 0.8;
  const name = (element) =>
    element.tagName.toLowerCase() +
    (element.id ? `#${element.id}` : "") +
    [...element.classList].map((one) => `.${one}`).join("");
  const entries = new Map(performance.getEntriesByType("resource").map((one) => [one.name, one]));
  const bytesOf = (url) => entries.get(url)?.encodedBodySize || null;

  const encoded = async (image, width, height) => {
    if (!width || !height || width * height > MOST_PIXELS) return null;
    try {
      const canvas = new OffscreenCanvas(width, height);
      canvas.getContext("2d").drawImage(image, 0, 0, width, height);
      return (await canvas.convertToBlob({ type: "image/webp", quality: QUALITY })).size;
    } catch {
      return null; // of another origin: its pixels are not to be read
    }
  };
  const pending = [];
  const weighed = (image, url, box) => {
    const natural = [image.naturalWidth, image.naturalHeight];
    const vector = /\.svg(?:$|[?#])/i.test(url) || url.startsWith("data:image/svg");
    const scale = Math.min(1, Math.max((box[0] * devicePixelRatio) / natural[0], (box[1] * devicePixelRatio) / natural[1]));
    const shown = natural.map((one) => Math.ceil(one * scale));
    const bytes = bytesOf(url);
    const told = { url, natural, box, vector, bytes };
    if (!vector && bytes >= WORTH_ENCODING && natural[0]) pending.push({ told, image, shown });
    return told;
  };

  const isSized = (element) => {
    const style = element.computedStyleMap();
    const fixed = ["width", "height"].filter((one) => style.get(one).toString() !== "auto").length;
    return fixed === 2 || (fixed === 1 && /\d/.test(style.get("aspect-ratio").toString()));
  };
  const images = [];
  for (const element of document.images) {
    if (!element.currentSrc || !element.complete || !element.naturalWidth) continue;
    const box = element.getBoundingClientRect();
    const told = weighed(element, element.currentSrc, [element.clientWidth, element.clientHeight]);
    images.push(
      Object.assign(told, {
        target: name(element),
        sized: isSized(element),
        lazy: element.loading === "lazy",
        seen: box.width > 0 && box.top + scrollY < innerHeight,
      }),
    );
  }
  for (const element of document.querySelectorAll("body, body *")) {
    const style = getComputedStyle(element);
    const url = /^url\("(.+?)"\)/.exec(style.backgroundImage)?.[1];
    if (!url || url.startsWith("data:") || images.some((one) => one.url === url)) continue;
    const image = new Image();
    image.src = url;
    if (!(await image.decode().then(() => true, () => false))) continue;
    const asItIs = style.backgroundSize === "auto";
    const box = asItIs ? [image.naturalWidth, image.naturalHeight] : [element.clientWidth, element.clientHeight];
    images.push(weighed(image, url, box));
  }
  pending.sort((one, other) => other.told.bytes - one.told.bytes);
  for (const { told, image, shown } of pending.slice(0, MOST_ENCODED)) {
    told.webp = await encoded(image, ...told.natural);
    told.needed = await encoded(image, ...shown);
  }

  const fonts = [];
  const unreadable = [];
  const readSheet = (sheet) => {
    let rules;
    try {
      rules = sheet.cssRules;
    } catch {
      unreadable.push(sheet.href); // of another origin, which does not allow it
      return;
    }
    for (const rule of rules) {
      if (rule instanceof CSSImportRule && rule.styleSheet) readSheet(rule.styleSheet);
      if (!(rule instanceof CSSFontFaceRule)) continue;
      for (const [, source] of rule.style.getPropertyValue("src").matchAll(/url\("?(.+?)"?\)/g)) {
        const entry = entries.get(new URL(source, sheet.href ?? location.href).href);
        if (!entry) continue;
        fonts.push({
          url: entry.name,
          family: rule.style.getPropertyValue("font-family").replaceAll('"', ""),
          display: rule.style.getPropertyValue("font-display") || "auto",
          took: entry.responseEnd - entry.startTime,
        });
      }
    }
  };
  for (const sheet of document.styleSheets) readSheet(sheet);

  const painted = await new Promise((done) => {
    new PerformanceObserver((list) => done(list.getEntries().at(-1))).observe({
      type: "largest-contentful-paint",
      buffered: true,
    });
    setTimeout(done, 200);
  });
  const lcp = painted?.url && {
    target: painted.element ? name(painted.element) : "",
    url: painted.url,
    at: painted.startTime,
    priority: painted.element?.fetchPriority || "auto",
    began: entries.get(painted.url)?.startTime ?? null,
  };

  const all = [...document.querySelectorAll("*")];
  const longest = all.reduce((one, other) => (other.childElementCount > one.childElementCount ? other : one), all[0]);
  const requests = [...entries.values()].map((one) => ({
    url: one.name,
    blocking: one.renderBlockingStatus === "blocking",
    began: one.startTime,
    ended: one.responseEnd,
    protocol: one.nextHopProtocol,
    sent: one.requestStart || one.startTime,
  }));
  const [document_] = performance.getEntriesByType("navigation");
  return {
    images,
    fonts,
    unreadable,
    lcp: lcp ?? null,
    nodes: all.length,
    longest: { target: name(longest), children: longest.childElementCount },
    requests,
    received: document_.responseEnd,
  };
};
