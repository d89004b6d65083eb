"use strict";
// The experimenter's page refreshes itself: the same page is fetched, and what has changed takes the place of the old.

(() => {
    const report = document.getElementById("lab-report");
    const status = document.getElementById("refresh-status");
    const pause = document.getElementById("refresh-pause");
    let paused = false;
    let shown = status.textContent;

    function say(text, lost) {
        status.textContent = text;
        status.classList.toggle("lost", lost);
    }

    function replace(page) {
        const sideways = new Map();
        const focused = document.activeElement.dataset.advance;
        for (const old of report.querySelectorAll("[data-live]")) {
            const now = page.getElementById(old.id);
            if (!now || now.innerHTML === old.innerHTML) continue;
            old.querySelectorAll(".lab-scroll").forEach((box, k) => sideways.set(`${old.id} ${k}`, box.scrollLeft));
            const open = [...old.querySelectorAll("details")].map((box) => box.open);
            old.innerHTML = now.innerHTML;
            old.querySelectorAll("details").forEach((box, k) => { box.open = open[k] || false; });
            old.querySelectorAll(".lab-scroll").forEach((box, k) => { box.scrollLeft = sideways.get(`${old.id} ${k}`) || 0; });
        }
        showChosen();
        if (focused) report.querySelector(`[data-advance="${focused}"]`)?.focus({ preventScroll: true });
        shown = page.getElementById("refresh-status").textContent;
        if (!paused) say(shown, false);
    }

    async function look() {
        try {
            const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(20000) });
            const page = new DOMParser().parseFromString(await answer.text(), "text/html");
            if (page.getElementById("lab-report")) replace(page);
            else say("This page is no longer shown: are you still logged in? Reload it.", true);
        } catch {
            say(`No answer from the server. ${shown}`, true);
        }
    }

    async function refresh() {
        if (!paused && !document.hidden && !report.classList.contains("printing")) await look();
        setTimeout(refresh, 1000 * report.dataset.seconds);
    }

    pause.addEventListener("click", () => {
        paused = !paused;
        pause.setAttribute("aria-pressed", paused);
        pause.textContent = paused ? "Go on" : "Pause";
        if (paused) say(`Paused. ${shown}`, false);
    });

    report.addEventListener("click", async (event) => {
        const { advance, who, question, seatFor } = event.target.dataset;
        if (!advance || !confirm(question)) return;
        const form = document.getElementById("lab-advance");
        const sent = new URLSearchParams(new FormData(form));
        sent.set("selected_participant", advance);
        if (seatFor) sent.set("seat", seatFor);
        const answer = await fetch(form.action, { method: "POST", body: sent }).catch(() => null);
        if (answer?.ok) await look();
        else say(`${who}: that was not possible.`, true);
    });

    // Several seats at once: which are chosen is kept here, because the table is made anew again and again.
    const seats = document.getElementById("seats");
    const chosen = new Set();

    function boxes() {
        return [...report.querySelectorAll("[data-choose]")];
    }

    function showChosen() {
        if (!seats) return;
        const there = boxes();
        for (const box of there) box.checked = chosen.has(box.dataset.choose);
        document.getElementById("seats-count").textContent =
            chosen.size ? `${chosen.size} ${chosen.size === 1 ? "seat" : "seats"} chosen` : "No seat chosen";
        document.getElementById("seats-all").textContent = chosen.size === there.length ? "Choose none" : "Choose all";
        for (const button of seats.querySelectorAll("[data-act], #seats-screens")) button.disabled = !chosen.size;
    }

    report.addEventListener("change", (event) => {
        const code = event.target.dataset.choose;
        if (!code) return;
        event.target.checked ? chosen.add(code) : chosen.delete(code);
        showChosen();
    });

    seats?.addEventListener("click", async (event) => {
        const { id, dataset } = event.target;
        if (id === "seats-all") {
            const all = boxes();
            const every = chosen.size === all.length;
            chosen.clear();
            if (!every) for (const box of all) chosen.add(box.dataset.choose);
            showChosen();
        }
        if (id === "seats-screens") window.open(`${seats.dataset.screens}${[...chosen].join("-")}`);
        if (!dataset.act) return;
        const names = boxes().filter((box) => box.checked).map((box) => box.getAttribute("aria-label").slice("Choose ".length));
        if (dataset.question && !confirm(dataset.question.replace("{seats}", names.join(", ")))) return;
        const sent = new URLSearchParams(new FormData(document.getElementById("lab-post")));
        sent.set("act", dataset.act);
        for (const code of chosen) sent.append("seat", code);
        const text = document.getElementById("seats-text");
        if (dataset.act === "message") {
            if (!text.value.trim()) return text.focus();
            sent.set("text", text.value);
            if (document.getElementById("seats-answer").checked) sent.set("answer", "1");
        }
        const answer = await fetch(seats.dataset.address, { method: "POST", body: sent }).catch(() => null);
        if (!answer?.ok) return say("That was not possible.", true);
        const told = await answer.json();
        if (dataset.act === "message") text.value = "";
        await look();
        if (told.not.length) say(told.not.map(([name, why]) => `${name}: ${why}`).join("; "), true);
    });

    // Audit and report: started and stopped by a press, shown by the next refresh.
    report.addEventListener("click", async (event) => {
        const button = event.target.closest("[data-post]");
        if (!button) return;
        button.disabled = true;
        const sent = new URLSearchParams(new FormData(document.getElementById("lab-post")));
        sent.set("kind", button.dataset.kind);
        sent.set("act", button.dataset.act);
        const answer = await fetch(button.dataset.post, { method: "POST", body: sent }).catch(() => null);
        if (answer?.ok) await look();
        else say("That was not possible.", true);
        button.disabled = false;
    });

    for (const button of report.querySelectorAll("[data-print]")) {
        button.addEventListener("click", () => {
            const sheet = document.getElementById(button.dataset.print);
            report.classList.add("printing");
            sheet.classList.add("lab-print");
            window.print();
            report.classList.remove("printing");
            sheet.classList.remove("lab-print");
        });
    }

    setTimeout(refresh, 1000 * report.dataset.seconds);
})();
