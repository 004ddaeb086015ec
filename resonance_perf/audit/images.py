"""What images and fonts of a page cost."""

from resonance_perf.audit.check import Check
from resonance_perf.audit.scripts import NEEDS

CHECKS = (
    Check(
        id="image-bytes", group="frontend", asks="images heavier than they need be", metric="image_waste_bytes",
        unit="B", limit=4096, each=True, needs=NEEDS,
        says="more than an image takes as WebP (quality 80) at the size in which it is shown",
        do="Make it that size, or give srcset several.", why="Lighthouse 12, uses-responsive-images: 4 KiB of an image",
    ),
    Check(
        id="image-format", group="frontend", asks="old image formats", metric="image_format_bytes", unit="B",
        limit=8192, each=True, says="more than an image takes as WebP (quality 80) with the same pixels", needs=NEEDS,
        do="Serve it as WebP or AVIF.", why="Lighthouse 12, modern-image-formats: 8 KiB of an image",
    ),
    Check(
        id="image-dimensions", group="frontend", asks="images without width and height", metric="unsized_images",
        unit="", limit=1, says="× an image has no place before it comes, and what is below it jumps",
        needs=NEEDS, do="Give it width and height, or CSS an aspect-ratio.", why="web.dev/articles/optimize-cls",
    ),
    Check(
        id="image-lazy-loading", group="frontend", asks="images loaded below the fold",
        metric="offscreen_image_bytes", unit="B", limit=2048, each=True, needs=NEEDS,
        says="of an image that is out of sight came with the page", do='Give it loading="lazy".',
        why="Lighthouse 12, offscreen-images: 2 KiB of an image",
    ),
    Check(
        id="lcp-priority", group="frontend", asks="the image of the LCP asked for late", metric="lcp_image_delay",
        unit="ms", limit=400, needs=NEEDS,
        says="between the first request of the page and that for the image of its LCP",
        do='Name it in the HTML: an img with fetchpriority="high", or link rel="preload".',
        why="web.dev/articles/optimize-lcp; 400 ms are more than two round trips over 4G",
    ),
    Check(
        id="font-display", group="frontend", asks="text hidden by fonts", metric="hidden_text_time", unit="ms",
        limit=100, says="in which text was hidden until its font came", needs=NEEDS,
        do='Say "font-display: swap" (or optional), and preload the font.',
        why="web.dev/articles/font-best-practices; 100 ms as in RAIL (web.dev/articles/rail)",
    ),
)  # fmt: skip
