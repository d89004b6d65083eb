// Numbers that people type, read as the server reads them (apps/engine/words/entries.py): for marks and the slider only.

const language = document.documentElement.lang || "en";
const parts = new Intl.NumberFormat(language).formatToParts(-1234567.5);
const sign = (type) => parts.find((part) => part.type === type).value;
export const decimalSign = sign("decimal"), groupSign = sign("group");

const DASHES = /[\u2010-\u2015\u2212\u30fc]/gu;
const OTHERS = {"\u3002": ".", "\u3001": ",", "\u066b": ".", "\u066c": ",", "\u2019": "'"};
const DECIMAL = /^([0-9]{0,12})([.,])([0-9]{0,12})$/;
const GROUPED = /^[1-9][0-9]{0,2}([., '])[0-9]{3}(?:\1[0-9]{3}){0,3}(?:(?!\1)[.,][0-9]{0,12})?$/;

function digit(letter) {
    const code = letter.codePointAt(0);
    let value = 0; // the ten digits of a script follow each other
    while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value += 1;
    return String(value);
}

function plainSign(letter) {
    const plain = letter.normalize("NFKC");
    if (/\p{Nd}/u.test(letter)) return /^[0-9]$/.test(plain) ? plain : digit(letter);
    if (/\p{Cf}/u.test(letter)) return "";
    return /[\p{Nd}\p{No}]/u.test(plain) ? letter : plain; // 5² is not 52
}

function normalised(text) {
    const plain = Array.from(text.slice(0, 100), plainSign).join("").replace(DASHES, "-");
    const known = plain.replace(/[\u3002\u3001\u066b\u066c\u2019]/gu, (found) => OTHERS[found]);
    return known.trim().replace(/\s/gu, " ").replace(/^([+-]) +/, "$1");
}

// All that an entry can mean; clear: those who write the page's language mean it.
function readings(text) {
    const entry = normalised(text), minus = entry.startsWith("-") ? -1 : 1, size = entry.replace(/^[+-]/, "");
    if (/^[0-9]{1,12}$/.test(size)) return [{number: minus * Number(size), clear: true}];
    const found = [], decimal = DECIMAL.exec(size), grouped = GROUPED.exec(size);
    if (decimal && decimal[1] + decimal[3] !== "") {
        const own = decimal[2] === decimalSign, thousands = grouped && decimal[3] === "000";
        const number = Number(`${decimal[1] || 0}.${decimal[3] || 0}`);
        found.push({number: minus * number, clear: own || (decimal[2] === "." && !thousands)});
    }
    if (grouped && !(grouped[1] === decimalSign && size.split(decimalSign).length === 2)) {
        const number = Number(size.replaceAll(grouped[1], "").replace(",", "."));
        found.push({number: minus * number, clear: [" ", "'", groupSign].includes(grouped[1])});
    }
    return found;
}

// The number that was typed, or null: none at all, none that is allowed, or two of them.
export function entered(text, allowed) {
    const possible = readings(text).filter((reading) => allowed(reading.number));
    if (new Set(possible.map((reading) => reading.number)).size !== 1) return null;
    const clear = possible.find((reading) => reading.clear);
    return clear ? clear.number : null;
}

// A number in a script's writing as the page's language writes it.
export function localized(number) {
    return number.replace("-", "\u2212").replace(".", decimalSign);
}
