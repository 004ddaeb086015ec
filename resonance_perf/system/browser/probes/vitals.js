// Runs in every page before its own scripts, after web-vitals. What web-vitals hands over holds nodes and entries of
// the page, which cannot leave it, so it is flattened here.
(() => {
  if (window.top !== window) return;
  const phases = (attribution, names) =>
    Object.fromEntries(Object.entries(names).map(([key, name]) => [name, attribution[key] ?? 0]));
  const blame = {
    TTFB: () => ({}),
    FCP: () => ({}),
    LCP: (of) => ({
      target: of.target,
      resource: of.url,
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
          JSON.stringify({ name, value: metric.value, load, page: location.href, ...blame[name](metric.attribution) }),
        ),
      { reportAllChanges: true, durationThreshold: 16 },
    );
  }
})();
