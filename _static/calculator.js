"use strict";
// The calculator of the decision page. It asks the server and prints the answer: nothing is computed here.

const guesses = () => Array.from(document.querySelectorAll(".guess-message"), (select) => select.value);

function show(fields) {
    document.querySelectorAll("#calculator-result [data-field]").forEach((cell) => {
        const field = fields[cell.dataset.field];
        cell.textContent = field ? field.text : "\u2013";
        cell.dataset.value = field ? field.value : "";
    });
}

// oTree calls this with the answer of the page's live method.
function liveRecv(answer) {
    document.getElementById("calculator-error").textContent = answer.error || "";
    show(answer.fields || {});
}

document.getElementById("calculate").addEventListener("click", () => liveSend({messages: guesses()}));
// A result that belongs to other messages than those on the screen must not stay there.
document.querySelectorAll(".guess-message").forEach((select) => select.addEventListener("change", () => show({})));
