"""Random requests as nobody means them: every address, with parameters, forms and sockets that do not fit.

Drawn from a seed, so that a request that did harm can be sent again.
"""

import base64
import json
import os
import random
from urllib.parse import quote, quote_from_bytes, urlencode

VALUES = [
    "", "1", "0", "-1", "abc", "True", "False", "None", "8.0000000001", "1e5", "NaN", "Infinity", "9" * 40, "1,5",
    "०", "８", "𝟠", "\u202e8", "a" * 3000, "<img src=x onerror=alert(1)>", "'; drop table otree_session; --",
    "{{ 7*7 }}", "../../etc", "%", "%zz", "\ud7ff", "\u00e4\u00f6", "\t\n", "[]", "{}", "null", "1;2;3",
]  # fmt: skip
NAMES = [
    "consent", "message", "back_button", "timeout_happened", "admin_secret_code", "csrftoken", "belief",
    "asked", "seen", "read", "must_fail", "error_fields", "participant_label", "hash", "welcome_page_ok",
    "assignmentId", "workerId",
    "app", "function_name", "session_code", "format", "app_name", "round_number", "advancemode", "selected_participant",
    "session", "workers", "username", "password", "participation_fee", "real_world_currency_per_point", "label",
    "use_sandbox",
    "archived", "is_mturk", "scrsplit", "next", "quiz_1", "age", "session_config", "num_participants", "room_name",
]  # fmt: skip
SOCKET_NAMES = [
    "session_pk", "page_index", "participant_id", "group_id", "app_name", "player_id", "session_code",
    "participant_code", "page_name", "room_name", "participant_label", "tab_unique_id", "channel",
]  # fmt: skip
ORDERS = ["session_config_name", "num_participants", "modified_session_config_fields", "vars", "participant_labels",
          "participant_vars", "session_vars", "room_name", "participant_label", "case_number", "label"]  # fmt: skip
TYPES = [
    "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16", "multipart/form-data",
    "multipart/form-data; boundary=x", 'multipart/form-data; boundary="', "application/json", "text/plain", "",
    "application/x-www-form-urlencoded; !=\"" + 3000 * "\\", "\xff\xfe", "multipart/mixed; boundary=x",
]  # fmt: skip


METHODS = {"GET": 8, "POST": 8, "HEAD": 1, "PUT": 1, "DELETE": 1, "OPTIONS": 1, "PATCH": 1, "A" * 50: 1}


class Malformed:
    """`known`: codes of participants, sessions and so on, and whole paths, that exist. `cookie`: a session's, with its
    csrf token, or nothing.
    """

    def __init__(self, seed, patterns, sockets, known, cookie=("", "")):
        self.draw = random.Random(seed)
        self.patterns, self.sockets, self.known = patterns, sockets, known
        self.cookie, self.token = cookie

    def value(self):
        return self.draw.choice([*VALUES, *self.known])

    def path(self, patterns):
        path = self.draw.choice(patterns)
        while "{" in path:
            before, _, rest = path.partition("{")
            filling = quote(self.value(), safe="") if self.draw.random() < 0.8 else quote_from_bytes(os.urandom(3))
            path = before + filling + rest.partition("}")[2]
        if self.draw.random() < 0.05:
            path += self.draw.choice(["%00", "%ff", "//", "/..", "%2e%2e/", "?", "#"])
        return path.replace(" ", "%20")

    def query(self, names):
        if self.draw.random() < 0.5:
            return ""
        pairs = [(self.draw.choice(names), self.value()) for _ in range(self.draw.randint(1, 5))]
        text = urlencode(pairs, errors="replace")
        ending = "" if self.draw.random() < 0.8 else self.draw.choice(["&%", "&a=%ff", "&=", "&&", "&a=%00"])
        return f"?{text}{ending}"

    def headers(self):
        found = ["Host: localhost"]
        if self.draw.random() < 0.7 and self.cookie:
            found.append(f"Cookie: session={self.cookie}")
        elif self.draw.random() < 0.3:
            found.append(f"Cookie: session={self.draw.choice(['', 'a.b.c', 'x' * 500, chr(255)])}")
        return found

    def body(self):
        kind = self.draw.choice(["form", "form", "form", "parts", "json", "bytes", "half"])
        pairs = [(self.draw.choice(NAMES), self.value()) for _ in range(self.draw.randint(0, 6))]
        if self.token and self.draw.random() < 0.7:
            pairs = [("csrftoken", self.token), *[pair for pair in pairs if pair[0] != "csrftoken"]]
        if kind == "form":
            return urlencode(pairs, errors="replace").encode(), TYPES[0]
        if kind == "parts":
            file = self.draw.choice(["", '; filename="a.txt"'])
            parts = [f'--x\r\nContent-Disposition: form-data; name="{k}"{file}\r\n\r\n{v}\r\n' for k, v in pairs]
            return ("".join(parts) + self.draw.choice(["--x--\r\n", ""])).encode("utf-8", "replace"), TYPES[3]
        if kind == "json":
            return self.json().encode(), "application/json"
        return os.urandom(self.draw.randint(0, 40)), self.draw.choice(TYPES)

    def json(self):
        values = [*VALUES, *self.known, 0, -1, 1.5, None, True, [], {}, {"a": [1, {}]}, ["a", None], 10**30]
        order = {self.draw.choice([*NAMES, *ORDERS]): self.draw.choice(values) for _ in range(self.draw.randint(0, 4))}
        wrong = ["", "{", "[]", "1", '"a"', "nul", "[" * 5000, '{"a": NaN}', '{"a": "\\ud800"}', '{"a": "\\u0000"}']
        return json.dumps(order) if self.draw.random() < 0.7 else self.draw.choice(wrong)

    def request(self):
        """The bytes of one request, and a line that describes it."""
        method = self.draw.choices(list(METHODS), list(METHODS.values()))[0]
        path = self.path(self.patterns) + self.query(NAMES)
        lines, body = [f"{method} {path} HTTP/1.1", *self.headers()], b""
        if method in ("POST", "PUT", "PATCH") or self.draw.random() < 0.05:
            body, content_type = self.body()
            lines += [f"Content-Type: {content_type}", f"Content-Length: {len(body)}"]
        head = "\r\n".join(lines).encode("latin-1", "replace")
        return head + b"\r\n\r\n" + body, f"{lines[0]} {body[:300]!r}"

    def socket(self):
        """The bytes of a handshake, those of messages after it, and a line that describes it."""
        path = self.path(self.sockets) + self.query(SOCKET_NAMES)
        lines = [f"{self.draw.choices(['GET', 'POST'], [9, 1])[0]} {path} HTTP/1.1", *self.headers()]
        lines += ["Connection: Upgrade", "Upgrade: websocket"]
        if self.draw.random() < 0.9:
            lines.append(f"Sec-WebSocket-Version: {self.draw.choices(['13', '12', 'x'], [9, 1, 1])[0]}")
        if self.draw.random() < 0.9:
            key = base64.b64encode(bytes(16)).decode() if self.draw.random() < 0.9 else "x"
            lines.append(f"Sec-WebSocket-Key: {key}")
        if self.draw.random() < 0.1:
            lines.append("X-Wrong: \xff\xfe")
        if self.draw.random() < 0.1:
            lines.append("Sec-WebSocket-Protocol: a, b")
        messages = [frame(self.json().encode(), self.draw.choice([1, 1, 1, 2])) for _ in range(self.draw.randint(0, 3))]
        if self.draw.random() < 0.2:
            messages.append(self.draw.choice(WRONG_FRAMES))
        return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n", b"".join(messages), lines[0]


def frame(data, kind):
    """A masked websocket frame."""
    size = bytes([128 | len(data)]) if len(data) < 126 else bytes([128 | 126]) + len(data).to_bytes(2, "big")
    return bytes([128 | kind]) + size + bytes(4) + data


WRONG_FRAMES = [frame(b"\xff\xfe", 1), b"\xff\xff\xff", frame(b"", 9), frame(b"\x03", 8)]
