"use strict";
// The payoff aids: they ask the server and show its answers. No payoff is computed here.

import {entered} from "./entries.js";

// Asking. An answer counts only if nothing newer of its kind was asked, or changed, in the meantime.
const latest = {};
let queries = 0;

function ask(kind, messages) {
    latest[kind] = ++queries;
    window.liveSend({kind, messages, query: queries});
}

function show(kind, html, problem) {
    const answer = document.getElementById(`${kind}-answer`);
    if (answer) answer.innerHTML = html;
    const error = document.getElementById("what-if-error");
    if (error && kind !== "table") error.textContent = problem;
}

window.liveRecv = (answer) => {
    if (answer.query !== latest[answer.kind]) return;
    show(answer.kind, answer.html || "", answer.error || "");
    if (answer.kind === "graph") markOwn();
    if (answer.html && answer.kind !== "table") bringIntoView(document.getElementById(`${answer.kind}-answer`));
};

// An answer below the window would look as if nothing had happened. The focus stays where it is, before the answer.
function bringIntoView(part) {
    const above = document.querySelector(".head:has(.timer)"), decision = document.querySelector(".decision");
    part.style.scrollMarginTop = `${above ? above.offsetHeight : 0}px`; // neither must cover it
    part.style.scrollMarginBottom = `${decision && getComputedStyle(decision).position === "sticky" ? decision.offsetHeight : 0}px`;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    part.scrollIntoView({block: "nearest", behavior: still ? "auto" : "smooth"});
}

function forget(kind) {
    latest[kind] = 0;
    show(kind, "", "");
}

// The message that is entered in the decision below, marked in the table and in the graph.
function markOwn() {
    const chosen = document.querySelector("[name=message]:checked"), typed = document.querySelector("input[type=text][name=message]");
    const marks = Array.from(document.querySelectorAll("#payoff-table tbody th, #graph-answer [data-message]"));
    const messages = new Set(marks.map((mark) => Number(mark.dataset.message)));
    const own = chosen ? Number(chosen.value) : typed && entered(typed.value, (number) => messages.has(number));
    for (const mark of marks) {
        const here = own !== null && Number(mark.dataset.message) === own;
        (mark.closest("tr") || mark).classList.toggle("mine", here);
    }
}
document.addEventListener("input", (event) => { if (event.target.name === "message") markOwn(); });
markOwn();

// The table: one cell is the current one, with its row and column; Enter or a click chooses it.
const table = document.getElementById("payoff-table");
if (table) {
    const rows = Array.from(table.tBodies[0].rows), heads = table.tHead.rows[0].cells;
    let current = table.querySelector("[tabindex]");
    const box = table.closest(".scroll");
    box.removeAttribute("tabindex"); // from now on the Tab key goes to the cell itself

    const cross = (cell, on) => {
        cell.parentElement.classList.toggle("here", on);
        if (cell.cellIndex === 0) return;
        for (const row of rows) row.cells[cell.cellIndex].classList.toggle("here", on);
        heads[cell.cellIndex].classList.toggle("here", on);
    };
    const go = (cell) => {
        cross(current, false);
        current.removeAttribute("tabindex");
        current = cell;
        cell.tabIndex = 0;
        cross(cell, true);
        cell.focus();
    };
    const choose = (cell) => {
        for (const old of table.querySelectorAll("[aria-selected]")) old.removeAttribute("aria-selected");
        cell.setAttribute("aria-selected", "true");
        if (cell.cellIndex === 0) return forget("table");
        const pair = [cell.parentElement.cells[0].dataset.message, heads[cell.cellIndex].dataset.message];
        ask("table", table.dataset.position === "0" ? pair : pair.reverse());
    };
    const keys = {
        ArrowUp: (r, c) => [r - 1, c], ArrowDown: (r, c) => [r + 1, c],
        ArrowLeft: (r, c) => [r, c - 1], ArrowRight: (r, c) => [r, c + 1],
        PageUp: (r, c) => [r - 10, c], PageDown: (r, c) => [r + 10, c],
        Home: (r) => [r, 0], End: (r) => [r, heads.length - 1],
    };
    table.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") {
            event.preventDefault();
            choose(current);
        } else if (keys[event.key]) {
            event.preventDefault();
            const [r, c] = keys[event.key](rows.indexOf(current.parentElement), current.cellIndex);
            const row = rows[Math.max(0, Math.min(rows.length - 1, r))];
            go(row.cells[Math.max(0, Math.min(row.cells.length - 1, c))]);
        }
    });
    table.addEventListener("focusin", () => cross(current, true));
    table.addEventListener("click", (event) => {
        const cell = event.target.closest("tbody td, tbody th");
        if (!cell) return;
        go(cell);
        choose(cell);
    });
    box.inert = false; // from now on somebody listens
}

// The calculator and the graph share the guesses about the others.
const form = document.getElementById("what-if");
if (form) {
    const fields = Array.from(form.querySelectorAll("[data-position]"));
    const send = (kind) => {
        const messages = Array(Number(form.dataset.n)).fill("");
        for (const field of fields) messages[Number(field.dataset.position)] = field.value;
        ask(kind, messages);
    };
    for (const button of form.querySelectorAll("[data-ask]")) {
        button.addEventListener("click", () => send(button.dataset.ask));
        button.disabled = false;
    }
    for (const field of fields) {
        // What belongs to other messages than those on the screen must not stay there.
        field.addEventListener("input", () => {
            forget("calculator");
            if (!field.closest(".own")) for (const kind of ["graph", "menu", "opportunity"]) forget(kind);
        });
        field.addEventListener("keydown", (event) => {
            if (event.key !== "Enter") return;
            event.preventDefault(); // it would send the decision
            send(form.querySelector("[data-ask]").dataset.ask);
        });
    }
}

// What was asked is still there when the page comes back, because something else on it was refused.
const KEPT = "lab-aids";
const kept = JSON.parse(sessionStorage.getItem(KEPT) || "{}");
const parts = {value: ".guess-message[id]", innerHTML: ".answer[id]"};
if (kept.page === location.pathname) {
    for (const [what, own] of Object.entries(parts)) {
        for (const part of document.querySelectorAll(own)) if (kept[what][part.id]) part[what] = kept[what][part.id];
    }
    markOwn();
}
window.addEventListener("pagehide", () => {
    const found = {page: location.pathname};
    for (const [what, own] of Object.entries(parts)) {
        found[what] = Object.fromEntries(Array.from(document.querySelectorAll(own), (part) => [part.id, part[what]]));
    }
    sessionStorage.setItem(KEPT, JSON.stringify(found));
});
