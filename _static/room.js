"use strict";
// The first page of a room: it asks the server whether the label is known, as oTree's own page does, and goes on.

const form = document.getElementById("room");
const query = new URLSearchParams(location.search);
const label = form.elements.participant_label;
if (label && query.get("participant_label")) label.value = query.get("participant_label");

form.addEventListener("submit", async (event) => {
    event.preventDefault();
    // Japanese keyboards write full-width letters and digits, and telephones put a space behind a word.
    for (const [name, value] of new FormData(form)) query.set(name, value.normalize("NFKC").trim());
    const response = await fetch(location.pathname, {
        method: "POST",
        headers: {"Content-Type": "application/json"},
        body: JSON.stringify(Object.fromEntries(query)),
    });
    const answer = response.ok ? await response.json() : {};  // a label that cannot be one is refused with a page
    if (answer.status === "ok") {
        query.set("welcome_page_ok", "1");
        location.search = query;
    } else {
        document.getElementById("room-error").hidden = false;
        label?.focus();
    }
});
