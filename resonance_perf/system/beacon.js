/* Sends each web vital of this page, once its value is final, to where this script came from. */
(() => {
  const to = new URL("vitals", document.currentScript.src).href;
  const send = ({ name, value }) => navigator.sendBeacon(to, JSON.stringify({ name, value, page: location.pathname }));
  for (const on of ["onLCP", "onCLS", "onINP", "onFCP", "onTTFB"]) webVitals[on](send);
})();
