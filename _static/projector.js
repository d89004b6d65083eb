"use strict";
// The projector's page asks for itself again and again, and shows what has changed.

(() => {
    async function look() {
        const page = document.getElementById("projector");
        try {
            const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(20000) });
            const now = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("projector");
            if (now && now.innerHTML !== page.innerHTML) page.innerHTML = now.innerHTML;
        } catch {
            // the next time
        }
        setTimeout(look, 1000 * page.dataset.seconds);
    }

    setTimeout(look, 1000 * document.getElementById("projector").dataset.seconds);
})();
