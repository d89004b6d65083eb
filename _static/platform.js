"use strict";
// What every participant's page needs of a script: it listens to the server, counts down, opens the instructions.
// It takes the place of oTree's own scripts for these purposes, which would bring jQuery and Bootstrap with them.

const frame = document.querySelector("main.page");

function listen(address, receive) {
    const socket = makeReconnectingWebSocket(address); // from oTree's common_user_facing.js
    socket.onmessage = (event) => receive(JSON.parse(event.data));
    return socket;
}

// The experimenter has moved this participant on.
if (frame && frame.dataset.page) {
    listen(frame.dataset.page, (data) => {
        if (data.auto_advanced) location.reload();
        if (data.note !== undefined) {
            document.getElementById("note")?.remove();
            frame.insertAdjacentHTML("beforebegin", data.note);
        }
    });
}
// A message of the experimenter is put away or answered; what was entered on the page stays.
document.addEventListener("submit", async (event) => {
    if (!event.target.matches("[data-note]")) return;
    event.preventDefault();
    const field = event.target.querySelector("textarea"), problem = document.getElementById("note-problem");
    const refuse = (what) => {
        if (problem) problem.textContent = problem.dataset[what];
        (field || event.target.querySelector("button")).focus();
    };
    if (field && !field.value.trim()) return refuse("missing");
    const sent = { method: "POST", body: new URLSearchParams(new FormData(event.target)), headers: { "X-Requested-By": "script" } };
    const answer = await fetch(event.target.action, sent).catch(() => null);
    if (answer?.ok) return document.getElementById("note").remove();
    refuse("failed");
});
// Everybody whom this page waits for has arrived; after an error the server shows what is to be done.
if (frame && frame.dataset.wait) {
    listen(frame.dataset.wait, (data) => {
        if (data.awaited === undefined) location.reload();
        else document.getElementById("awaited").textContent = data.awaited; // for whom it still waits
    });
}
// A page with a live method defines liveRecv and calls liveSend, as on any page of oTree.
if (frame && frame.dataset.live) {
    const socket = listen(frame.dataset.live, (data) => {
        if (data.otree_success !== false && window.liveRecv) window.liveRecv(data.live_method_payload);
    });
    window.liveSend = (message) => socket.send(JSON.stringify(message));
}

// Outside a laboratory: how often and how long the page was hidden, and what was pasted. Only noted, beside what is sent.
if (frame && frame.dataset.watch && document.getElementById("form")) {
    const form = document.getElementById("form");
    let times = 0, seconds = 0, since = 0, pastes = 0;
    document.addEventListener("visibilitychange", () => {
        if (document.hidden) { times += 1; since = Date.now(); } else if (since) { seconds += (Date.now() - since) / 1000; since = 0; }
    });
    document.addEventListener("paste", () => { pastes += 1; });
    const add = (name, value) => form.append(Object.assign(document.createElement("input"), {type: "hidden", name, value}));
    window.labSeen = () => {
        if (times) add("lab_away", `${Math.min(times, 9999)} times, ${Math.round(Math.min(seconds, 999999))} s`);
        if (pastes) add("lab_pastes", `${Math.min(pastes, 9999)}`);
    };
    form.addEventListener("submit", () => window.labSeen());
}

// The clock. At zero the page is sent as it is, and the server knows that time was over.
const clock = document.querySelector("[data-seconds]");
if (clock) {
    const form = document.getElementById("form");
    const end = Date.now() + 1000 * Number(clock.dataset.seconds);
    const tick = () => {
        const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
        clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
        clock.parentElement.classList.toggle("soon", left <= 10);
        if (left > 0) return;
        clearInterval(timer);
        const over = Object.assign(document.createElement("input"), {type: "hidden", name: "timeout_happened", value: "1"});
        form.append(over);
        if (window.labSeen) window.labSeen();
        form.submit();
    };
    const timer = setInterval(tick, 250);
    // What is on its way counts: to send the page once more would break off the first request.
    form.addEventListener("submit", () => clearInterval(timer));
    tick();
}

for (const button of document.querySelectorAll("[data-opens]")) {
    button.addEventListener("click", () => document.getElementById(button.dataset.opens).showModal());
}
for (const button of document.querySelectorAll("[data-closes]")) {
    button.addEventListener("click", () => document.getElementById(button.dataset.closes).close());
}
