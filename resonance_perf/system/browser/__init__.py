"""A page in Chromium, driven by Playwright: a process of its own that writes down what DevTools and web-vitals tell.

What the numbers mean, `readers/devtools` says.
"""
