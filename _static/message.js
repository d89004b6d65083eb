"use strict";
// The decision: a slider that has no value until it is touched, and the question before a message is sent.

import {decimalSign, entered, localized} from "./entries.js";

const field = document.getElementById("id_message");
const slider = document.querySelector(".slider input");
if (slider) {
    const box = slider.closest(".slider");
    const reached = (number) => { // is it a place of the slider?
        slider.value = number;
        return Number(slider.value) === number;
    };
    const touched = (value) => {
        box.classList.remove("untouched");
        slider.setAttribute("aria-valuetext", localized(value));
    };
    const take = () => {
        touched(slider.value);
        field.value = slider.value.replace(".", decimalSign);
        field.dispatchEvent(new Event("input", {bubbles: true}));
    };
    // A click exactly in the middle changes nothing and is a choice all the same.
    for (const event of ["input", "pointerup"]) slider.addEventListener(event, take);
    slider.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        take();
    });
    const follow = () => {
        const number = entered(field.value, reached);
        if (number !== null && reached(number)) return touched(slider.value);
        box.classList.add("untouched");
        slider.setAttribute("aria-valuetext", box.dataset.notChosen);
    };
    field.addEventListener("input", (event) => { if (event.isTrusted) follow(); });
    box.hidden = false;
    if (field.value) follow();
}

const dialog = document.getElementById("confirmation");
if (dialog) {
    const sent = document.getElementById("form");
    let agreed = false;
    const numbers = new Set(JSON.parse(dialog.dataset.numbers || "[]"));
    const chosen = () => { // what the server will read, and how it is said; null: it will say what is missing
        const choice = document.querySelector("[name=message]:checked");
        if (choice) return {number: Number(choice.value), said: document.querySelector(`label[for=${choice.id}]`).textContent};
        const number = field && entered(field.value, (value) => numbers.has(value));
        return number === null ? null : {number, said: localized(String(number))};
    };
    const forgive = () => { // a refusal was of an earlier entry
        document.getElementById("message-error")?.remove();
        for (const part of document.querySelectorAll("[aria-describedby=message-error]")) {
            part.removeAttribute("aria-describedby");
            part.removeAttribute("aria-invalid");
        }
    };
    const confirm = document.getElementById("confirm");
    confirm.addEventListener("click", (event) => {
        const message = chosen(), asked = sent.elements.asked;
        if (agreed || message === null || asked && Number(asked.value) === message.number) return; // the server has asked
        event.preventDefault();
        forgive();
        document.getElementById("confirmation-question").textContent = dialog.dataset.question.replace("{choice}", message.said);
        dialog.showModal();
    });
    document.getElementById("confirmation-yes").addEventListener("click", () => {
        dialog.close();
        agreed = true;
        confirm.click(); // unlike submit(), others are told that something is sent
        agreed = false;
    });
    document.getElementById("confirmation-no").addEventListener("click", () => dialog.close());
    confirm.disabled = false; // not before somebody asks: a click on a page that still loads would send at once
}
