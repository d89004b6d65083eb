"use strict";
// The page on which people wait for a group: it asks the server every few seconds, which also says that somebody is there.

const asked = document.querySelector("[data-poll]");

async function ask() {
    try {
        const answer = await fetch(location.href);
        if (answer.redirected) { // the group is complete, or all are, or time is over
            location.replace(answer.url);
            return;
        }
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const now = page.querySelector("[data-poll]");
        document.title = page.title; // asks whether somebody is still there, also in the tab of who looks at another one
        // Nothing is replaced that has not changed: what has the focus keeps it, and nothing is read aloud twice.
        if (now && now.innerHTML !== asked.innerHTML) asked.innerHTML = now.innerHTML;
    } catch { /* the server or the network is away for a moment: it is asked again */ }
}

if (asked) setInterval(ask, 1000 * Number(asked.dataset.poll));
