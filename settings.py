"""oTree's settings. Every file in treatments/ becomes a session that can be started from the demo page.

Environment variables, all optional:
OTREE_ADMIN_PASSWORD, OTREE_AUTH_LEVEL   close the experimenter's pages (use both for a real session)
OTREE_SECRET_KEY                         signs the login cookie; without it a new random key is made at each start
OTREE_LANGUAGE                           language of pages outside a session (en, de, ja)
OTREE_CURRENCY                           three letters of the money that is paid where a treatment names none (EUR)
OTREE_BOT_STRATEGY, OTREE_BOT_MESSAGES   what bots choose: equilibrium, truthful, random or fixed ("3 5 7")
OTREE_ONLINE_IDENTIFIER                  the name of a platform's identifier in links of Online, like PROLIFIC_PID
OTREE_SHOW_ERRORS                        1 shows oTree's debug tables and tracebacks in the browser: never with subjects
"""

import os
import secrets
import sys
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).parent
# oTree finds an app only as a top-level module: this makes apps/demand importable as `demand`.
sys.path[:0] = [str(folder) for folder in (ROOT / "apps", ROOT) if str(folder) not in sys.path]

url = os.environ.get("DATABASE_URL", "")
if url.startswith("sqlite") and Path(url.removeprefix("sqlite:///")).resolve() != Path("db.sqlite3").resolve():
    raise SystemExit(  # oTree would take db.sqlite3 without a word
        f"DATABASE_URL = {url}: SQLite is always db.sqlite3 of the current folder. For another file use another "
        "folder, or let db.sqlite3 be a symbolic link to it; or PostgreSQL, postgresql://USER:PASSWORD@HOST/NAME"
    )
elsewhere = os.environ.get("DATABASE_URL") or os.environ.get("OTREE_IN_MEMORY") or Path("db.sqlite3").exists()
if not elsewhere and not os.access(".", os.W_OK):  # oTree would end with a traceback
    raise SystemExit(
        f"{Path.cwd()} cannot be written to, and the data are stored there: make it writable for this user."
    )

from engine import room_files  # noqa: E402  (needs the path above)
from engine.session.designs import apart, session_configs  # noqa: E402
from engine.words.currencies import laboratory  # noqa: E402

from mechanisms.treatments import TreatmentError  # noqa: E402

try:
    SESSION_CONFIGS = session_configs()
except TreatmentError as error:
    # A designer should read one line about the file, not a traceback through oTree.
    raise SystemExit(str(error)) from None
for line in apart():  # a study that is registered does not keep anybody from the treatments
    print(line, file=sys.stderr)

# oTree wants a rate for points of its own, which we do not use; as a Decimal it stays out of "Configure session".
SESSION_CONFIG_DEFAULTS = {
    "participation_fee": 0.0,
    "real_world_currency_per_point": Decimal(1),
    "bot_strategy": os.environ.get("OTREE_BOT_STRATEGY", "equilibrium"),
    "bot_messages": os.environ.get("OTREE_BOT_MESSAGES", ""),
}
PARTICIPANT_FIELDS = ["earnings", "outcome"]
SESSION_FIELDS = [
    "parts", "orders", "blocks", "pay_parts", "questionnaires", "certificates", "declined", "platform_version",
]  # fmt: skip

ROOMS = [
    # labels are seats; each has a signed link
    {
        "name": "lab",
        "display_name": "Laboratory",
        "participant_label_file": str(ROOT / "_rooms/lab.txt"),
        "use_secure_urls": True,
    },
    {"name": "online", "display_name": "Online"},  # without labels: people are known by their browsers
]
ONLINE_IDENTIFIER = os.environ.get("OTREE_ONLINE_IDENTIFIER", "")  # of a platform, in the link: PROLIFIC_PID
try:
    room_files.check(ROOMS)
except room_files.RoomFileError as error:
    raise SystemExit(str(error)) from None

LANGUAGE_CODE = os.environ.get("OTREE_LANGUAGE", "en")  # of pages outside a session; a session has its own
REAL_WORLD_CURRENCY_CODE = laboratory()  # of treatments that name none; a session has its own
USE_POINTS = False  # our own points are whole numbers; money appears once, on the receipt

ADMIN_USERNAME = "admin"
ADMIN_PASSWORD = os.environ.get("OTREE_ADMIN_PASSWORD", "")
SECRET_KEY = os.environ.get("OTREE_SECRET_KEY") or secrets.token_hex(32)
DEBUG = os.environ.get("OTREE_SHOW_ERRORS") == "1"

DEMO_PAGE_TITLE = "Experiments on mechanisms"
DEMO_PAGE_INTRO_HTML = (
    "<b>Play alone now</b> leads at once to a first decision: you are one player, the computer takes the other seats. "
    "With several windows each is a player, as in a session. Nothing here is paid; the sessions are marked as "
    "demonstrations."
)
