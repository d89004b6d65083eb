"""What pages claim, read from the page as a subject reads it, and what a treatment says: the two must agree.

A family is a question that pages answer (which points are paid, whom one meets, …). For each language it has one pattern
an answer. The patterns are written here by hand and not taken from the catalogs: a wrong translation is found, too.
"""
# ruff: noqa: E501  (tables of patterns)

import re
from decimal import Decimal

from babel.numbers import get_decimal_symbol

PATTERNS = {
    "pay": {
        "all": {"en": r"points of all rounds (of this part )?are added up",
                "de": r"Punkte aller Runden (dieses Teils )?werden zusammengez[äa]hlt",
                "ja": r"すべてのラウンドのポイントが合計|このパートの全ラウンドのポイントが合計"},
        "one round": {"en": r"At the end one round (of this part )?is drawn", "de": r"Am Ende wird eine Runde",
                      "ja": r"一つのラウンドが無作為に|このパートの1ラウンドが"},
        "one part": {"en": r"one of the \d+ parts is drawn at random, the same",
                     "de": r"einer der \d+ Teile zufällig ausgelost, für alle derselbe\. Nur die Punkte",
                     "ja": r"\d+つのパートのうちの一つが、全員共通"},
        "one round of one part": {"en": r"one of the \d+ parts is drawn at random, and in this part one round",
                                  "de": r"einer der \d+ Teile zufällig ausgelost und in diesem Teil eine Runde",
                                  "ja": r"\d+つのパートのうちの一つと、その中の1ラウンド"},
    },
    "parts": {
        "all": {"en": r"At the end all parts are paid", "de": r"Am Ende werden alle Teile ausgezahlt",
                "ja": r"すべてのパートの分が支払"},
        "one": {"en": r"Only this part is paid, the others are not", "de": r"Nur dieser Teil wird ausgezahlt, die anderen",
                "ja": r"そのパートだけが支払われ、ほかのパートは支払われません"},
    },
    "matching": {
        "partner": {"en": r"consists of the same people in all rounds", "de": r"besteht in allen Runden aus denselben",
                    "ja": r"メンバーはすべてのラウンドで同じ"},
        "stranger": {"en": r"groups are drawn anew in every round", "de": r"Gruppen werden in jeder Runde neu ausgelost",
                     "ja": r"グループはラウンドごとに新しく決められます"},
        "perfect_stranger": {"en": r"you never meet anybody twice", "de": r"begegnen niemandem zweimal",
                             "ja": r"同じ人と二度一緒"},
    },
    "information": {
        "complete": {"en": r"knows? everybody's (type|object value|value level|ideal)", "de": r"kennen die (Typen|Objektwerte|Wertniveaus|Idealniveaus) aller",
                     "ja": r"全員の(タイプ|品物の価値|評価水準|理想水準)を知っています"},
        "private": {"en": r"you do not know (those of the others|that of the other player)", "de": r"Sie kennen (die der anderen|(den|das) der anderen Person) nicht",
                    "ja": r"あなたもほかの人の(タイプ|品物の価値|評価水準|理想水準)を知りません"},
        "own": {"en": r"You are not told (those of the others|that of the other player)", "de": r"(Die der anderen werden|Das der anderen Person wird|Welchen die andere Person hat, wird) Ihnen nicht gesagt",
                "ja": r"ほかの人の(タイプ|品物の価値|評価水準|理想水準)は知らされません"},
    },
    "clock": {
        "none": {"en": r"no time limit for a decision", "de": r"gibt es keine Zeitbegrenzung", "ja": r"決定に時間制限はありません"},
        "random": {"en": r"confirmed a \w+ then, one of the allowed", "de": r"gilt Folgendes: eine der erlaubten",
                   "ja": r"確定していない場合：選択可能"},
        "last": {"en": r"then, your last own choice is repeated", "de": r"gilt Folgendes: Ihre letzte eigene",
                 "ja": r"確定していない場合：あなた自身の前回"},
        "truthful": {"en": r"then, your true (type is reported|object value is bid|ideal level counts)", "de": r"gilt Folgendes: Ihr wahre[rs] (Typ|Objektwert|Idealniveau)",
                     "ja": r"確定していない場合：あなたの本当の"},
        "model": {"en": r"then, a computer program chooses", "de": r"gilt Folgendes: ein Computerprogramm",
                  "ja": r"確定していない場合：コンピュータプログラム"},
    },
    "practice": {
        "computer": {"en": r"In practice the computer plays", "de": r"In den Proberunden spielt der Computer",
                     "ja": r"メンバーの役をコンピュータが務めます"},
        "others": {"en": r"members of your group are participants who practise|other player is a participant who practises", "de": r"Teilnehmende, die ebenfalls üben|jemand, der ebenfalls übt",
                   "ja": r"同じように練習している参加者"},
    },
    "feedback": {
        "all": {"en": r"have chosen, you see what (everybody in your group|the other player) (requested|reported|bid)"
                      r"|have been served, you see what was served in each stage",
                "de": r"gewählt haben, sehen Sie, was (alle in|die andere Person)|bedient worden sind, sehen Sie, was in",
                "ja": r"選び終わると、グループ全員の|割り当てを受けると、各ステージの割り当て"},
        "own": {"en": r"You are not shown what the other|told no more about the other",
                "de": r"Sie sehen nicht, was die andere|Über die anderen? (Person )?erfahren Sie nicht mehr",
                "ja": r"ほかの人の(要求|報告|入札)は示されません|ほかの人については、各ステージの後"},
        "average": {"en": r"the average (request|report|bid) of all participants in this round|round were served on average",
                    "de": r"durchschnittliche (Anforderung|Meldung|Gebot) aller Teilnehmenden|durchschnittlich zugeteilt",
                    "ja": r"参加者全員の(要求|報告|入札|割り当て)の平均"},
        "none": {"en": r"After a round you are not told its result", "de": r"Nach einer Runde erfahren Sie",
                 "ja": r"ラウンドの後に結果は知らされません。最後に、すべてのラウンドの"},
        "none of one": {"en": r"After the round you are not told its result", "de": r"Nach der Runde erfahren Sie",
                        "ja": r"ラウンドの後に結果は知らされません。最後に、あなたのポイント"},
    },
}  # fmt: skip
NUMBERS = {
    "rounds": {"en": r"There (?:is|are) (\d+) rounds?\.", "de": r"Es gibt (\d+) Runden?\.", "ja": r"ラウンドは(\d+)回あります"},
    "group": {"en": r"You are in a group of (\d+)", "de": r"in einer Gruppe von (\d+)", "ja": r"あなたは(\d+)人のグループ"},
    "practice rounds": {"en": r"there (?:is|are) (\d+) practice rounds?", "de": r"Davor gibt es (\d+) Proberunden?",
                        "ja": r"練習ラウンドが(\d+)回"},
    "seconds": {"en": r"You have (\d+) seconds? for a decision", "de": r"Sie haben (\d+) Sekunden? Zeit für eine",
                "ja": r"決定の制限時間は(\d+)秒"},
    "rate": {"en": r"1 point = ([\d.]+) EUR", "de": r"1 Punkt = ([\d,]+) EUR", "ja": r"1ポイント = ([\d.]+) EUR"},
    "fee": {"en": r"In addition you receive ([\d.]+) EUR", "de": r"Außerdem erhalten Sie ([\d,]+) EUR",
            "ja": r"参加謝金として([\d.]+) EUR"},
}  # fmt: skip
NEVER = {
    "en": r"\bmessages?\b|\btreated\b|\btreatment\b|\bNone\b|\bnan\b|receives? (a transfer of )?\u2212",
    "de": r"\bNachrichten?\b|\bNone\b|\bnan\b|erhalten Sie \u2212[\d,]+ (?!Punkt)",
    "ja": r"メッセージ|\bNone\b|\bnan\b",
}
ONE_ROUND = {
    "en": r"(every|each|later|past|other|all|first) rounds?\b|[Aa]fter a round|Points of a round|[Ii]n this round|marked with a P"
    r"|several rounds|[Bb]efore each decision|[Rr]ound 1 was drawn|[Ii]n round|guesses are paid|[Oo]ne round",
    "de": r"(jede|jeder|späteren|anderen|allen|aller|vergangenen|ersten) Runden?\b|[Nn]ach einer Runde|Punkte einer Runde|[Ii]n dieser Runde|mit einem P"
    r"|mehreren Runden|[Vv]or jeder Entscheidung|Runde 1 wurde|[Ii]n Runde|Schätzungen werden|[Ee]ine Runde",
    "ja": r"各ラウンド|どのラウンドでも|毎回|すべてのラウンド|全ラウンド|ほかのラウンド|最初のラウンド|このラウンドの?(あなた|で)|Pのついた"
    r"|何回かのラウンド|毎回の決定|ラウンド1が|ラウンド1では|1つのラウンド",
}
"""What nobody is told in a session of one round."""
AVERAGE_OF_THE_ROUND = {
    "en": r"participants in this round",
    "de": r"Teilnehmenden in dieser Runde",
    "ja": r"このラウンドの参加者",
}
"""What all participants chose on average is that of the round, also where there is one."""
TYPE = {"en": r"\btypes?\b", "de": r"\bTyp(en|s)?\b", "ja": r"タイプ"}
"""Where nobody reports a type, what units are worth is called by a plain word."""
TWO = {
    "en": r"the other (players|members)|\b(the|all) others(?! are not\b)|in equal parts|all in my group|same people",
    "de": r"die anderen Personen|(?<!nach )\b(die|der|den) anderen(?! (Person|Runden|nicht|Teilnehmenden)\b)|zu gleichen Teilen|aller in meiner|denselben Personen",
    "ja": r"ほかの全員が等分",
}
"""What nobody is told about the other player of two. Japanese has one form for one and for several."""
HANDS = {"en": r"raise your hand|stay seated", "de": r"die Hand|sitzen", "ja": r"手を挙げ|席に着いた"}


def said_in_words(mechanism: str, name: str) -> bool:
    """Whether the words beside a number of this name say that it is paid or received; then it never has a sign."""
    if "step-constant" in name or name.startswith("effect-"):
        return True
    return name == "transfer" or "step-transfer" in name or (mechanism == "agv" and "step-part-" in name)


def claimed(page: str, family: str, language: str) -> set[str]:
    """The answers to a family's question that the page gives."""
    return {answer for answer, patterns in PATTERNS[family].items() if re.search(patterns[language], page)}


def number(page: str, name: str, language: str) -> set[Decimal]:
    """The numbers that the page gives for a name."""
    found = (next(filter(None, match.groups())) for match in re.finditer(NUMBERS[name][language], page))
    return {Decimal(text.replace(get_decimal_symbol(language), ".")) for text in found}


def pay_of(treatment, parts, pay_parts):
    one_round = treatment.protocol.pay == "one" and treatment.protocol.rounds > 1
    if parts > 1 and pay_parts == "one":
        return {"one round of one part" if one_round else "one part"}
    if treatment.protocol.rounds == 1:
        return set()
    return {"one round" if one_round else "all"}


def in_instructions(treatment, parts, pay_parts):
    """(answers by family, numbers by name) that the instructions must give, and no others."""
    protocol = treatment.protocol
    told = {
        "pay": pay_of(treatment, parts, pay_parts),
        "parts": {pay_parts} if parts > 1 else set(),
        "matching": {protocol.matching} if protocol.rounds > 1 else set(),
        "information": {treatment.information},
        "clock": {protocol.computer if protocol.seconds else "none"},
        "practice": {protocol.practice_against} if protocol.practice_rounds else set(),
        "feedback": {"none of one" if protocol.feedback == "none" and protocol.rounds == 1 else protocol.feedback},
    }
    numbers = {
        "rounds": {protocol.rounds},
        "group": {treatment.group_size},
        "practice rounds": {protocol.practice_rounds} - {0},
        "seconds": {protocol.seconds} - {0},
        "rate": {protocol.exchange_rate},
        "fee": {protocol.show_up_fee} - {0},
    }
    return told, numbers


def on_the_decision_page(treatment, parts, pay_parts):
    told, numbers = in_instructions(treatment, parts, pay_parts)
    families = ("pay", "matching", "information")
    seconds = {"clock": told["clock"] - {"none"}}
    return {**{name: told[name] for name in families}, **seconds}, {
        name: numbers[name] for name in ("group", "seconds", "rate")
    }
