"use strict";
// Live view of screens: asks for the pages again and again, and shows those that have changed.

(() => {
    const page = document.getElementById("lab-screens");
    const status = document.getElementById("screens-status");
    const shown = new Map();

    function show(frame, html) {
        if (shown.get(frame) === html) return;
        const place = frame.contentWindow?.scrollY || 0;
        frame.addEventListener("load", () => frame.contentWindow.scrollTo(0, place), { once: true });
        shown.set(frame, html);
        frame.srcdoc = html;
    }

    async function look() {
        try {
            const answer = await fetch(page.dataset.address, { cache: "no-store", signal: AbortSignal.timeout(20000) });
            const screens = await answer.json();
            for (const frame of page.querySelectorAll("[data-screen]")) show(frame, screens[frame.dataset.screen]);
            status.textContent = `Shown at ${new Date().toLocaleTimeString()}.`;
        } catch {
            status.textContent = "No answer from the server.";
        }
        setTimeout(look, 1000 * page.dataset.seconds);
    }

    look();
})();
