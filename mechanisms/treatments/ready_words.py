"""Words that a treatment file can name instead of giving their forms: {what is called: {name: {language: forms}}}."""

from __future__ import annotations

from typing import Any


def _en(singular: str, plural: str = "", **article: str) -> dict[str, str]:
    return {"singular": singular, "plural": plural or f"{singular}s", **article}


def _de(singular: str, plural: str, gender: str, **forms: str) -> dict[str, str]:
    return {"singular": singular, "plural": plural, "gender": gender, **forms}


def _ja(word: str, counter: str = "") -> dict[str, str]:
    return {"word": word, "counter": counter} if counter else {"word": word}


def _word(en: dict[str, str], de: dict[str, str], ja: dict[str, str]) -> dict[str, Any]:
    return {"en": en, "de": de, "ja": ja}


READY: dict[str, dict[str, dict[str, Any]]] = {
    "message": {
        "report": _word(_en("report"), _de("Meldung", "Meldungen", "f"), _ja("報告")),
        "request": _word(_en("request"), _de("Anforderung", "Anforderungen", "f"), _ja("要求")),
        "bid": _word(_en("bid"), _de("Gebot", "Gebote", "n"), _ja("入札")),
        "contribution": _word(_en("contribution"), _de("Beitrag", "Beiträge", "m"), _ja("拠出")),
        "claim": _word(_en("claim"), _de("Forderung", "Forderungen", "f"), _ja("請求")),
        "order": _word(_en("order"), _de("Bestellung", "Bestellungen", "f"), _ja("注文")),
        "offer": _word(_en("offer"), _de("Angebot", "Angebote", "n"), _ja("提示")),
        "proposal": _word(_en("proposal"), _de("Vorschlag", "Vorschläge", "m"), _ja("提案")),
        "statement": _word(_en("statement"), _de("Angabe", "Angaben", "f"), _ja("申告")),
        "vote": _word(_en("vote"), _de("Stimme", "Stimmen", "f"), _ja("投票")),
    },
    "good": {
        "unit": _word(_en("unit", article="a"), _de("Einheit", "Einheiten", "f"), _ja("単位")),
        "object": _word(_en("object"), _de("Objekt", "Objekte", "n"), _ja("品物", "個")),
        "hour": _word(_en("hour", article="an"), _de("Stunde", "Stunden", "f", compound="Stunden"), _ja("時間")),
        "kilowatt_hour": _word(
            _en("kilowatt hour"),
            _de("Kilowattstunde", "Kilowattstunden", "f", compound="Kilowattstunden"),
            _ja("キロワット時"),
        ),
        "licence": _word(_en("licence"), _de("Lizenz", "Lizenzen", "f"), _ja("ライセンス", "件")),
        "litre": _word(_en("litre"), _de("Liter", "Liter", "m"), _ja("リットル")),
        "permit": _word(
            _en("permit"), _de("Zertifikat", "Zertifikate", "n", compound="Zertifikats"), _ja("許可証", "枚")
        ),
        "ticket": _word(_en("ticket"), _de("Ticket", "Tickets", "n"), _ja("チケット", "枚")),
    },
    "outcome": {
        "outcome": _word(_en("outcome"), _de("Alternative", "Alternativen", "f"), _ja("選択肢")),
        "candidate": _word(
            _en("candidate"),
            _de("Kandidat", "Kandidaten", "m", accusative="Kandidaten", dative="Kandidaten", genitive="Kandidaten"),
            _ja("候補者"),
        ),
        "level": _word(_en("level"), _de("Niveau", "Niveaus", "n"), _ja("水準")),
        "location": _word(_en("location"), _de("Standort", "Standorte", "m"), _ja("場所")),
        "option": _word(_en("option"), _de("Option", "Optionen", "f"), _ja("選択肢")),
        "plan": _word(_en("plan"), _de("Plan", "Pläne", "m"), _ja("計画")),
        "project": _word(_en("project"), _de("Projekt", "Projekte", "n"), _ja("プロジェクト")),
        "proposal": _word(_en("proposal"), _de("Vorschlag", "Vorschläge", "m"), _ja("案")),
    },
    "player": {
        "player": _word(_en("player"), _de("Person", "Personen", "f"), _ja("プレイヤー", "人")),
        "bidder": _word(_en("bidder"), _de("Bieter", "Bieter", "m"), _ja("入札者", "人")),
        "city": _word(_en("city", "cities"), _de("Stadt", "Städte", "f"), _ja("都市", "つ")),
        "country": _word(_en("country", "countries"), _de("Land", "Länder", "n"), _ja("国", "つ")),
        "department": _word(_en("department"), _de("Abteilung", "Abteilungen", "f"), _ja("部署", "つ")),
        "farm": _word(_en("farm"), _de("Betrieb", "Betriebe", "m"), _ja("農家", "軒")),
        "firm": _word(_en("firm"), _de("Unternehmen", "Unternehmen", "n"), _ja("企業", "社")),
        "household": _word(_en("household"), _de("Haushalt", "Haushalte", "m"), _ja("世帯", "世帯")),
        "person": _word(_en("person", "persons"), _de("Person", "Personen", "f"), _ja("人", "人")),
    },
}
