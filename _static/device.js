"use strict";
// Sends the page as soon as device and window are as the study needs them.

const device = document.getElementById("device");
const form = document.getElementById("form");
let sent = false;

function measure() {
    const width = Math.round(window.innerWidth);
    document.getElementById("own-width").value = width;
    const shown = document.getElementById("width");
    if (shown) shown.textContent = `(${width})`;
    if (sent || device.dataset.fits !== "1" || width < Number(device.dataset.width)) return;
    sent = true;
    form.requestSubmit(document.getElementById("confirm"));
}

addEventListener("resize", measure);
measure();
