"""The commands of the platform; they need Python 3.11 and nothing else. On Windows: py -3.11 run.py lab, and so on.

    python3.11 run.py lab  [ADDRESS:PORT]              start the laboratory's server, for this computer alone
    python3.11 run.py lab  --open [ADDRESS:PORT]       ... for others too, with a password [--database URL]
    python3.11 run.py seats [ADDRESS:PORT] [ROOM]      the links of the laboratory's seats, one a line
    python3.11 run.py backup [FILE] [--database URL]   copy the database, beside a running laboratory
    python3.11 run.py restore FILE [--database URL]    put a copy back
    python3.11 run.py payments SESSION [--out FOLDER]  the key file and the platform's bonuses
    python3.11 run.py forget PARTICIPANT               delete somebody [--identifier X, --withdrawn SESSION]
    python3.11 run.py libraries                        the libraries of the analysis, which installs them itself
    python3.11 run.py test [--thorough] [OPTIONS]      check the code and run all tests; OPTIONS are those of pytest
    python3.11 run.py bots TREATMENT [PARTICIPANTS]    let robots play a treatment; their data go to exports/
    python3.11 run.py handouts TREATMENT [OPTIONS]     instructions and sheets of points to print, HTML and PDF
    python3.11 run.py screenshots [--out FOLDER]       pictures of all pages, from sessions played for them
    python3.11 run.py translations                     collect the sentences of all pages for their translation

They make a virtual environment in .venv and install the pinned requirements into it, again only when these change.
Only the standard library may be imported at the top of this file, and commands/, which does likewise.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from commands import backup, opening, seats

ROOT = Path(__file__).resolve().parent
WINDOWS = os.name == "nt"
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
DATABASE = ROOT / "db.sqlite3"
SECRETS = ROOT / opening.FILE

SHELL = "chromium-headless-shell"  # Chromium without its own windows: the same pages in half of the processor time
BROWSERS = (SHELL, "chromium", "chromium-browser", "google-chrome")  # tests/browser/conftest.py takes the first, too
TESTS_FAILED, NO_TESTS = 1, 5  # as pytest ends
BY_FILE = ("--dist=loadfile", "--no-loadscope-reorder")  # in the order of tests/conftest.py: the longest first
SERVER_SETTINGS = ("DATABASE_URL", "PORT", "OTREE_PRODUCTION", opening.LEVEL, opening.PASSWORD, opening.KEY)


def main(arguments: list[str]) -> int:
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if command not in COMMANDS:
        print(__doc__)
        return 0 if command in ("-h", "--help", "help") else 2
    if sys.version_info[:2] != (3, 11):
        version = ".".join(str(part) for part in sys.version_info[:2])
        print(f"The pinned libraries need Python 3.11; this is Python {version}. Use: python3.11 run.py {command}")
        print(f"(Windows: py -3.11 run.py {command}). Python 3.11 can be had from https://www.python.org/downloads/")
        return 1
    os.chdir(ROOT)
    try:
        return COMMANDS[command](rest)
    except opening.RefusedError as refused:
        print(refused, file=sys.stderr)
        return 1


# --- the environment ---


def install(requirements: str) -> None:
    """Make .venv and install a requirements file into it, unless that has been done already."""
    wanted = stamp_of(requirements)
    stamp, made = VENV / f"{requirements}.installed", VENV / "made"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    if VENV.is_symlink():  # making it anew would empty the folder that the link leads to
        raise opening.RefusedError(
            f"{VENV} is a link to {VENV.resolve()}, an environment of others, without what {requirements} asks for "
            "today: run the command in that folder, or remove the link"
        )
    if not made.exists() or made.read_text() != place():
        print("1 of 2  Making the environment .venv: some seconds", flush=True)
        own = getattr(sys, "_base_executable", "") or sys.executable  # not in the .venv that is cleared
        if subprocess.run([own, "-m", "venv", "--clear", str(VENV)]).returncode != 0:
            sys.exit("The environment could not be made. On Debian and Ubuntu: sudo apt-get install python3.11-venv")
        made.write_text(place())
    print(f"2 of 2  Installing {requirements}: a few minutes, only now and when the file changes", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "-r", requirements]
    if not installed_by_uv(requirements) and install_with_progress(pip, requirements) != 0:
        sys.exit(f"{requirements} could not be installed (see above). Is there a connection to the internet?")
    stamp.write_text(wanted)


def installed_by_uv(requirements: str) -> bool:
    """Several times as fast as pip, where there is uv; settings of pip (an index, a proxy) are unknown to it."""
    uv = shutil.which("uv")
    return uv is not None and call([uv, "pip", "install", "--quiet", "--python", str(PYTHON), "-r", requirements]) == 0


def install_with_progress(pip: list[str], requirements: str) -> int:
    """One line that counts the libraries as pip comes to them; what is wrong is printed as pip says it."""
    texts = [(ROOT / name).read_text("utf-8") for name in files_of(requirements)]
    wanted = sum("==" in line for text in texts for line in text.splitlines())
    done = 0
    with subprocess.Popen(pip, stdout=subprocess.PIPE, text=True, errors="replace") as running:
        assert running.stdout is not None
        for line in running.stdout:
            if line.startswith("Collecting "):
                done += 1
                told(f"        {min(done, wanted)} of {wanted} libraries found: {line.split()[1].split('==')[0]}")
            elif line.startswith("Installing collected packages"):
                told("        all are here; unpacking them (about a minute)")
    told("")
    return running.returncode


def told(line: str) -> None:
    """In the same place of a terminal; elsewhere (a file, a pipe) nothing."""
    if sys.stdout.isatty():
        print(f"\r{line[:78]:<78}", end="\r", flush=True)


def place() -> str:
    """A folder that was moved or copied has a broken environment."""
    return f"{VENV.resolve()} {sys.version}"


def stamp_of(requirements: str) -> str:
    texts = [(ROOT / name).read_text("utf-8") for name in files_of(requirements)]
    return hashlib.sha256("\n".join([place(), *texts]).encode()).hexdigest()


def files_of(requirements: str) -> list[str]:
    """A requirements file, and those that it takes in (`-r NAME`)."""
    lines = (ROOT / requirements).read_text("utf-8").splitlines()
    taken = [files_of(line.removeprefix("-r ").strip()) for line in lines if line.startswith("-r ")]
    return [requirements, *(name for names in taken for name in names)]


def environment() -> dict[str, str]:
    """This process's variables, with the programs of .venv first: oTree starts `otree` by name."""
    variables = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)])
    return {**variables, "PATH": path, "VIRTUAL_ENV": str(VENV), "PYTHONUNBUFFERED": "1"}


# --- lab ---


def lab(arguments: list[str]) -> int:
    """Start oTree's server. Not its devserver, which keeps the data in memory and loses them if the computer fails."""
    options = lab_options(arguments)
    address, port = opening.place(options.address, options.open, os.environ.get("PORT") or "8000")
    opening.check_free(address, port)
    if not os.access(ROOT, os.W_OK):
        raise opening.RefusedError(f"{ROOT} cannot be written to, and the data are stored there: make it writable.")
    given = {**database_variables(options.database), **os.environ}
    if options.database:
        given["DATABASE_URL"] = options.database
    closed = not options.open and opening.for_this_computer(address)
    given = opening.closed(given, SECRETS) if closed else opening.opened(given, SECRETS)
    os.environ.update(given)
    install("requirements.txt")
    variables = {"OTREE_PRODUCTION": "1", **environment()}  # subjects never see oTree's debug tables
    if DATABASE.exists() or "DATABASE_URL" in variables:
        checked = subprocess.run([str(PYTHON), str(ROOT / "run.py"), "check-database"], env=variables)
        if checked.returncode != 0:
            return checked.returncode
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), interrupted)
    server = start([str(BIN / "otree"), "prodserver", f"{address}:{port}"], variables)
    try:
        announce(server, address, port, closed)
        while server.poll() is None:  # not wait(), which on Windows cannot be interrupted
            time.sleep(0.5)
        return server.returncode
    except KeyboardInterrupt:
        print("Stopping the laboratory; the data are in the database.", flush=True)
        return 0
    finally:
        stop(server)


def lab_options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run.py lab", description="Start the laboratory's server.")
    parser.add_argument("address", nargs="?", default="", metavar="ADDRESS:PORT", help="a port, or both; 8000")
    parser.add_argument("--open", action="store_true", help="others can reach it: with password, key and login")
    parser.add_argument("--database", default="", metavar="URL", help="postgresql://USER:PASSWORD@HOST/NAME")
    return parser.parse_args(arguments)


def database_variables(url: str) -> dict[str, str]:
    """The database that a command means: of its option, else of the environment, else of lab.env, else db.sqlite3."""
    url = url or os.environ.get("DATABASE_URL") or opening.stored(SECRETS).get("DATABASE_URL", "")
    if url and not backup.is_postgres(url) and not url.startswith("sqlite:"):
        raise opening.RefusedError(f"--database {url.partition(':')[0]}: use postgresql://USER:PASSWORD@HOST/NAME")
    if url and not backup.is_postgres(url):
        backup.sqlite_file(url, ROOT)  # refuses any file but the one that oTree uses
    return {"DATABASE_URL": url} if url else {}


def interrupted(signum: int, frame: object) -> None:
    raise KeyboardInterrupt


def answers(address: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1" if address == opening.EVERYWHERE else address, port)) == 0


def start(command: list[str], variables: dict[str, str], **options: Any) -> subprocess.Popen[bytes]:
    """In a process group of its own, so that the server and its `otree timeoutsubprocess` can be stopped together."""
    if WINDOWS:
        return subprocess.Popen(command, env=variables, creationflags=0x200, **options)  # CREATE_NEW_PROCESS_GROUP
    return subprocess.Popen(command, env=variables, start_new_session=True, **options)


def announce(server: subprocess.Popen[bytes], address: str, port: int, closed: bool) -> None:
    while server.poll() is None and not answers(address, port):
        time.sleep(0.2)
    if server.poll() is None:
        if closed:
            print(f"\nThe laboratory runs for this computer alone: http://localhost:{port}")
            show(f"http://localhost:{port}/demo")
            print("For others: run.py lab --open (it has a password then).", end=" ")
        else:
            print(f"\nThe laboratory is open: on others use this computer's name or address, http://…:{port}/rooms")
            print(f"The experimenter logs in as admin; the links of the seats: run.py seats {port}.", end=" ")
        print("Stop it with Ctrl-C.\n", flush=True)


def show(url: str) -> None:
    """Open the page in a browser, where somebody sits at a terminal that has one; LAB_NO_BROWSER=1 leaves it."""
    screen = WINDOWS or sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if sys.stdout.isatty() and screen and not os.environ.get("LAB_NO_BROWSER"):
        import webbrowser

        webbrowser.open(url)


def stop(server: subprocess.Popen[bytes]) -> None:
    if WINDOWS:
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(server.pid)], capture_output=True)
        return
    for signum, seconds in ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)):
        try:
            os.killpg(server.pid, signum)  # the group outlives its leader as long as the other process runs
        except (ProcessLookupError, PermissionError):  # macOS says the latter of a group that has just ended
            return
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and group_runs(server):
            time.sleep(0.1)


def group_runs(server: subprocess.Popen[bytes]) -> bool:
    server.poll()  # collects the leader, which would else count as running
    try:
        os.killpg(server.pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def check_database(arguments: list[str]) -> int:
    """Runs inside .venv: does the database have every column that the code wants? oTree itself fails in mid-session."""
    import sqlite3

    sys.path.insert(0, str(ROOT))
    import sqlalchemy

    try:
        from otree.database import AnyModel, engine
        from otree.main import setup

        setup()  # ends with one line if the database cannot be used
    except sqlite3.Error as error:
        print(f"{DATABASE} could not be opened ({error}): make the file and its folder writable for this user.")
        return 1
    inspector = sqlalchemy.inspect(engine)
    for name, table in sorted(AnyModel.metadata.tables.items()):
        there = {column["name"] for column in inspector.get_columns(name)}
        missing = sorted(column.name for column in table.columns if column.name not in there)
        if missing:
            what = "db.sqlite3" if "DATABASE_URL" not in os.environ else "The database of DATABASE_URL"
            print(f"{what} was made by another version of this code: table {name} lacks {', '.join(missing)}.")
            print("Nothing was changed. Move the database away (rename db.sqlite3) and start again.")
            print("To export its data, use the version of the code that made it.")
            return 1
    return 0


# --- backup, restore, seats ---


def back_up(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="run.py backup", description="Copy the database, beside a running laboratory."
    )
    parser.add_argument("file", nargs="?", type=Path, help=f"a new file; else one in {backup.FOLDER}/")
    parser.add_argument("--database", default="", metavar="URL")
    options = parser.parse_args(arguments)
    made = backup.backup(database_variables(options.database).get("DATABASE_URL", ""), ROOT, options.file)
    print(f"The copy is {made} ({made.stat().st_size / 1e6:.1f} MB). Put it back with: run.py restore {made}")
    return 0


def put_back(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="run.py restore", description="Put a copy of the database back.")
    parser.add_argument("file", type=Path, help="what run.py backup has made")
    parser.add_argument("--database", default="", metavar="URL")
    options = parser.parse_args(arguments)
    before = backup.restore(database_variables(options.database).get("DATABASE_URL", ""), ROOT, options.file)
    print(f"The database is that of {options.file} again.", f"What was there before is in {before}." if before else "")
    return 0


def seat_links(arguments: list[str]) -> int:
    """Needs the key that the server has: of the environment, or of lab.env."""
    secrets = {**opening.stored(SECRETS), **os.environ}
    print("\n".join(seats.links(arguments, ROOT / "_rooms", secrets)))
    return 0


def of_people(module: str) -> Callable[[list[str]], int]:
    """A command that is run inside .venv by a module of the apps, on the laboratory's database."""

    def command(arguments: list[str]) -> int:
        install("requirements.txt")
        given = {**database_variables(""), **environment()}
        given["PYTHONPATH"] = os.pathsep.join([str(ROOT / "apps"), str(ROOT)])
        return subprocess.run([str(PYTHON), "-m", module, *arguments], env=given).returncode

    return command


# --- the analysis' libraries ---


def libraries(arguments: list[str]) -> int:
    """What `python -m analysis` needs; it calls this itself when they are not there."""
    install("requirements-analysis.txt")
    return 0


# --- bots ---


def bots(arguments: list[str]) -> int:
    """`otree test` in a scratch copy: beside a laboratory's database it refuses to run, and advises to delete that."""
    if not arguments or arguments[0].startswith("-"):
        names = sorted(path.stem for folder in ("treatments", "studies") for path in (ROOT / folder).glob("*.toml"))
        print(f"Which treatment? run.py bots TREATMENT [PARTICIPANTS], with one of: {' '.join(names)}")
        return 0 if arguments and arguments[0] in ("-h", "--help") else 2
    install("requirements.txt")
    out = ROOT / "exports" / f"{arguments[0]}-bots-{time.strftime('%Y%m%d-%H%M%S')}"
    with tempfile.TemporaryDirectory() as scratch:
        for name in ("apps", "mechanisms", "treatments", "studies", "_templates", "_static", "_rooms", "_locale"):
            shutil.copytree(ROOT / name, Path(scratch, name))
        shutil.copy(ROOT / "settings.py", scratch)
        variables = {name: value for name, value in environment().items() if name not in SERVER_SETTINGS}
        command = [str(BIN / "otree"), "test", *arguments, f"--export={out}"]
        code = subprocess.run(command, cwd=scratch, env=variables).returncode
    if code == 0:
        print(f"The data are in {out.relative_to(ROOT)}")
    return code


# --- handouts ---


def handouts(arguments: list[str]) -> int:
    """Made inside .venv by engine.paper.handouts, which says what went wrong; --help says the options."""
    install("requirements.txt")
    variables = {name: value for name, value in environment().items() if name not in SERVER_SETTINGS}
    variables["PYTHONPATH"] = os.pathsep.join([str(ROOT / "apps"), str(ROOT)])
    return subprocess.run([str(PYTHON), "-m", "engine.paper.handouts", *arguments], env=variables).returncode


# --- screenshots ---


def screenshots(arguments: list[str]) -> int:
    """Taken inside .venv by tests/browser/screenshots.py, on a server in a temporary copy."""
    install("requirements-test.txt")
    variables = {name: value for name, value in environment().items() if name not in SERVER_SETTINGS}
    if not find_browser():
        install_browser(variables)
    variables["PYTHONPATH"] = os.pathsep.join([str(ROOT / "apps"), str(ROOT)])
    variables["OTREE_IN_MEMORY"] = "1"  # the pictures need pieces of the apps, which must not make a database here
    return subprocess.run([str(PYTHON), "-m", "tests.browser.screenshots", *arguments], env=variables).returncode


# --- translations ---


def translations(arguments: list[str]) -> int:
    """Bring _locale/ up to date with the sentences in the code, and say how many have no translation yet."""
    install("requirements.txt")
    variables = {**environment(), "PYTHONPATH": str(ROOT / "apps")}
    return subprocess.run([str(PYTHON), "-m", "engine.words.translations"], env=variables).returncode


# --- test ---


def test(arguments: list[str]) -> int:
    """ruff, pytest with mypy beside it, and pytest in the browser; what fails ends it.

    Without --thorough, tests that repeat on more cases what others show are left out, and the end says so.
    """
    install("requirements-test.txt")
    variables = {name: value for name, value in environment().items() if name not in SERVER_SETTINGS}
    variables["OPENBLAS_NUM_THREADS"] = "1"  # the processes of the tests fill the machine already
    variables.pop("PYTHONDONTWRITEBYTECODE", None)  # each process would compile all modules for itself
    if not find_browser() or (os.environ.get("CI") and not shutil.which(SHELL)):
        install_browser(variables)
    install_postgres()
    if not shutil.which("pdflatex"):
        print("Installing LaTeX for the tests (37 MB)", flush=True)
        apt_install("texlive-latex-recommended")
    named = [name for name in arguments if not name.startswith("-") and Path(name.partition("::")[0]).exists()]
    apart = [] if named else ["--ignore=tests/browser"]
    processes = f"--numprocesses={cores() + 1}"  # many tests wait for clocks and for servers
    rest = ["pytest", processes, *BY_FILE, *apart, *arguments]
    code = tool(["ruff", "check", "."], variables)
    if code != 0:
        return code
    types = subprocess.Popen([str(PYTHON), "-m", "mypy"], env=variables, stdout=subprocess.PIPE, text=True)
    code = tool(rest, variables)
    print(f"\nmypy, which ran beside\n{types.communicate()[0]}", flush=True)
    if code not in (0, *([] if named else [NO_TESTS])) or types.returncode != 0:
        return code or types.returncode
    if named:
        return 0
    code = browser_tests(arguments, variables)
    if "--thorough" not in arguments:
        print("\nMore cases of what these tests show (docs/tests.md): python3.11 run.py test --thorough")
    return code


def tool(step: list[str], variables: dict[str, str]) -> int:
    print(f"\n{' '.join(step)}", flush=True)
    return subprocess.run([str(PYTHON), "-m", *step], env=variables).returncode


def browser_tests(arguments: list[str], variables: dict[str, str]) -> int:
    """After all others, as many at a time as there are cores. What fails is run once more."""
    step = ["pytest", "tests/browser", f"--numprocesses={cores()}", *BY_FILE, *arguments]
    code = tool(step, variables)
    if code == NO_TESTS:
        return 0
    if code != TESTS_FAILED:
        return code
    known = json.loads((ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed").read_text("utf-8"))
    failed = sorted(name for name in known if name.startswith("tests/browser"))
    code = tool([*step, "--last-failed"], variables)
    end = "and passed when they were run once more" if code == 0 else "and were run once more: not all passed"
    print(f"\nBrowser tests that failed {end}:", *failed, sep="\n  ")
    return code


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def find_browser() -> str | None:
    return next((path for path in map(shutil.which, BROWSERS) if path), None)


def install_browser(variables: dict[str, str]) -> None:
    """Debian's chromium where that is possible without a password, else Playwright's own."""
    print("Installing a browser for the tests", flush=True)
    apt_install(SHELL)
    if not find_browser():  # a system that has no such package
        apt_install("chromium")
    if not find_browser():
        subprocess.run([str(PYTHON), "-m", "playwright", "install", "--with-deps", "chromium"], env=variables)


def apt_install(package: str) -> None:
    """Debian's package, where that is possible without a password; otherwise nothing happens."""
    root = [] if not WINDOWS and os.geteuid() == 0 else ["sudo", "-n"]
    if shutil.which("apt-get") and (not root or (shutil.which("sudo") and call([*root, "true"]) == 0)):
        apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
        call([*apt, "update"])
        call([*apt, "install", "--yes", "--no-install-recommends", package])


def install_postgres() -> None:
    """Some tests play on PostgreSQL; without it they are skipped and say so."""
    if not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        apt_install("postgresql")


def call(command: list[str]) -> int:
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL).returncode


COMMANDS = {
    "lab": lab,
    "seats": seat_links,
    "backup": back_up,
    "restore": put_back,
    "payments": of_people("engine.payouts"),
    "forget": of_people("engine.forgetting"),
    "libraries": libraries,
    "test": test,
    "bots": bots,
    "handouts": handouts,
    "screenshots": screenshots,
    "translations": translations,
    "check-database": check_database,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
