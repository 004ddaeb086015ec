"""When the frames of a page came, over one second after the last step."""

from __future__ import annotations

from resonance_perf.system.browser.tab import Tab

_SECOND = """() => new Promise((done) => {
  const times = [];
  const frame = (now) => {
    times.push(now);
    if (now - times[0] < 1000) requestAnimationFrame(frame);
    else done(times);
  };
  requestAnimationFrame(frame);
})"""


def frames(tab: Tab) -> list[float]:
    """The time of each, in ms. The steps leave the page at work: an animation that was begun, a list that scrolls."""
    tab.visit()
    return list(tab.page.evaluate(_SECOND))
