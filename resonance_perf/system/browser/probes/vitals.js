// Runs in every page before its own scripts, after web-vitals. What web-vitals hands over holds nodes and entries of
// the page, which cannot leave it, so it is flattened here.
(() => {
  if (window.top !== window) return;
  const phases = (attribution, names) =>
    Object.fromEntries(Object.entries(names).map(([key, name]) => [name, attribution[key] ?? 0]));
  // The last answer before a paint that held it back: a style sheet or script of the head, or a font without which text
  // is not shown. A face does not tell its URL, so any font counts as soon as one of them hides text.
  const heldBy = (painted) => {
    const hides = [...document.fonts].some((face) => ["auto", "block"].includes(face.display));
    const [last] = performance
      .getEntriesByType("resource")
      .filter((one) => one.responseEnd <= painted)
      .filter((one) => one.renderBlockingStatus === "blocking" || (hides && /\.(woff2?|ttf|otf)\b/.test(one.name)))
      .sort((one, other) => other.responseEnd - one.responseEnd);
    return last && { url: last.name, until: last.responseEnd };
  };
  const blame = {
    TTFB: () => ({}),
    FCP: (of, value) => ({
      held: heldBy(value),
      phases: phases(of, { timeToFirstByte: "time to first byte", firstByteToFCP: "first paint" }),
    }),
    LCP: (of, value) => ({
      target: of.target,
      resource: of.url,
      held: heldBy(value),
      phases: phases(of, {
        timeToFirstByte: "time to first byte",
        resourceLoadDelay: "load delay",
        resourceLoadDuration: "load",
        elementRenderDelay: "render delay",
      }),
    }),
    CLS: (of) => ({ target: of.largestShiftTarget, shift: of.largestShiftValue }),
    INP: (of) => ({
      target: of.interactionTarget,
      script: of.longestScript && {
        function: of.longestScript.entry.sourceFunctionName,
        invoker: of.longestScript.entry.invoker,
        url: of.longestScript.entry.sourceURL,
        duration: of.longestScript.intersectingDuration,
      },
      phases: phases(of, {
        inputDelay: "input delay",
        processingDuration: "processing",
        presentationDelay: "presentation delay",
      }),
    }),
  };
  const load = `${performance.timeOrigin}`;
  for (const name of Object.keys(blame)) {
    webVitals[`on${name}`](
      (metric) =>
        resonancePerf(
          JSON.stringify({ name, value: metric.value, load, page: location.href, ...blame[name](metric.attribution, metric.value) }),
        ),
      { reportAllChanges: true, durationThreshold: 16 },
    );
  }
})();
