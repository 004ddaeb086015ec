"""The words that the seed makes its products, customers and orders of."""

from __future__ import annotations

THINGS = {
    "paper": ("notebook", "letter paper", "sketchbook", "index cards", "envelopes", "wrapping paper"),
    "pens": ("fountain pen", "pencil", "brush pen", "fineliner", "dip pen", "chalk"),
    "ink": ("bottled ink", "cartridges", "drawing ink", "stamp pad", "sealing wax", "watercolours"),
    "desk": ("desk lamp", "paper knife", "blotter", "letter tray", "pen stand", "ruler"),
    "bags": ("satchel", "pencil case", "tote bag", "document folder", "notebook sleeve", "parcel bag"),
    "prints": ("harbour print", "botanical print", "city map", "alphabet poster", "wall calendar", "star chart"),
}

MAKES = (
    ("Pinehouse", "Our own, made two streets from the shop."),
    ("Alder & Co", "From a family workshop that has made it the same way since 1931."),
    ("Northlight", "Plain and light; meant for every day."),
    ("Heron", "Heavier than it looks, and it lasts."),
)

# category -> cheapest and dearest price in cents
PRICES = {
    "paper": (350, 2400),
    "pens": (180, 8900),
    "ink": (450, 3200),
    "desk": (900, 12900),
    "bags": (1200, 16900),
    "prints": (800, 4900),
}

FIRST_NAMES = (
    "Ada", "Amir", "Beatriz", "Chidi", "Clara", "Dmitri", "Edith", "Farid", "Greta", "Hana",
    "Ines", "Jonas", "Kofi", "Lena", "Mateo", "Nadia", "Oskar", "Priya", "Rosa", "Samuel",
    "Tove", "Umar", "Vera", "Wen", "Yusuf", "Zoe",
)  # fmt: skip

LAST_NAMES = (
    "Abara", "Becker", "Castillo", "Dahl", "Eriksen", "Fontaine", "Grahame", "Hashimoto", "Ivanova", "Jansen",
    "Kowalski", "Lindqvist", "Moreau", "Nakamura", "Okafor", "Petrov", "Quinn", "Rossi", "Silva", "Thompson",
    "Ueda", "Varga", "Whitfield", "Yilmaz", "Zimmermann",
)  # fmt: skip

STREETS = (
    "Harbour Road", "Mill Lane", "Station Street", "Linden Avenue", "Castle Hill", "Orchard Way",
    "Bridge Street", "Market Square", "Chapel Row", "Quarry Road", "Riverside", "Observatory Close",
)  # fmt: skip

TOWNS = (
    "Bergen", "Bristol", "Coimbra", "Dresden", "Galway", "Ghent", "Graz", "Lyon",
    "Malmö", "Pécs", "Tartu", "Turku", "Utrecht", "Verona",
)  # fmt: skip

# An order's note is one of each: 6 x 6 x 6 texts.
NOTE_OPENINGS = (
    "Please leave the parcel with the neighbours on the ground floor if nobody answers the bell.",
    "The entrance is around the back, past the bicycle shed; the street door stays locked.",
    "Deliver after five on weekdays, or any time on a Saturday before noon.",
    "Please ring twice: the first ring is hard to hear from the workshop.",
    "It can go into the parcel box; the code was sent to you with the last order.",
    "Reception takes parcels until six, ask for the person named on the label.",
)
NOTE_WISHES = (
    "It is a present, so no invoice in the box.",
    "No plastic filling if it can be avoided.",
    "If one part is late, send all of it together.",
    "Please wrap it in plain paper.",
    "A printed invoice would help our book-keeper.",
    "The last one came with a bent corner; a stiffer box would be welcome.",
)
NOTE_ENDINGS = (
    "Thank you!",
    "Many thanks, and greetings to the shop.",
    "Call before delivery.",
    "No hurry at all.",
    "We need it by the end of the month.",
    "Second order this year.",
)
