"use strict";
// The form "Create session": shows the fields of the treatment that is chosen, sends them by oTree's own websocket.

(() => {
    const form = document.getElementById("create-session");
    const treatment = document.getElementById("session_config");
    const button = document.getElementById("btn-create-session");
    const progress = document.getElementById("create-session-progress");
    const refused = document.getElementById("create-session-error");
    let waiting = false;

    function show() {
        for (const fields of form.querySelectorAll("[data-treatment]")) {
            fields.hidden = fields.disabled = fields.dataset.treatment !== treatment.value;
        }
    }

    function named([name, problems]) {
        const fields = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)].filter((one) => !one.matches(":disabled"));
        return `${fields[0]?.labels[0]?.textContent.trim() || name}: ${[problems].flat().join(" ")}`;
    }

    function say(text, wrong) {
        progress.textContent = wrong ? "" : text;
        refused.textContent = wrong ? text : "";
        refused.hidden = !wrong;
    }

    const socket = makeReconnectingWebSocket("/create_session");
    treatment.addEventListener("change", show);
    form.addEventListener("input", () => waiting || say("", false)); // what was wrong may be corrected
    form.addEventListener("invalid", (event) => event.target.closest("details")?.setAttribute("open", ""), true);
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        waiting = button.disabled = true;
        say("The session is made …", false);
        const sent = Object.fromEntries(new FormData(form));
        for (const number of form.querySelectorAll("input[type=number]:enabled")) {
            if (number.value) sent[number.name] = String(number.valueAsNumber); // 1e1 is a number for browsers alone
        }
        socket.send(JSON.stringify(sent));
    });
    socket.onmessage = (message) => {
        if (!waiting) return; // of somebody else's form: oTree tells all of them
        const told = JSON.parse(message.data);
        if (told.session_url) {
            location.href = told.session_url;
        } else if (told.progress) {
            say(told.progress, false);
        } else {
            waiting = button.disabled = false;
            say(told.error || Object.entries(told.validation_errors || {}).map(named).join(" ") || message.data, true);
        }
    };
    show();
    button.disabled = false;
})();
