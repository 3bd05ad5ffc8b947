"""The words by which Chinese and English texts say that somebody says something."""

from __future__ import annotations

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
DOTS = "\u00b7\u30fb\u2022\u2027"  # between the parts of a name transliterated into Han characters

# All Chinese is Simplified: texts are folded before they are searched.
_CALLS_ZH = r"(?<![号名简通职堪俗人统宣声])称(?!为|之|号|作|得|职|呼|霸|心|赞|重)"
_SAYS_ZH = r"(?<![据听话可是学小再来])说(?!明|法|服|不|到底|白|起来)"
SPEAKING_ZH = (
    rf"(?<![一图])表示|认为|指出|{_CALLS_ZH}|{_SAYS_ZH}|坦言|坦陈|坦承|直言|强调|透露|介绍|解释|补充|回忆|"
    r"感叹|感慨|告诉|写道|提到|谈到|提出|提醒|觉得|承认|建议|呼吁|主张|声称|断言|相信|坚信|担心|担忧|质疑|反驳|回应|重申|警告|吐槽|抱怨|答道|问道|反问|打趣|自嘲|调侃|怀疑|同意|喊话|疾呼|希望|谈起|聊起"
)
"""Verbs of saying and holding that only somebody who speaks or thinks does."""
SAYING_ZH = (
    rf"{SPEAKING_ZH}|坦诚|总结|评论|判断|预计|预测|预言|估计|估算|推算|测算|宣称|举例|举了|举出|披露|爆料|所言|形容|警示|归纳|列出|谈了|谈及|看好|看衰|看淡|反对|"
    r"赞同|支持|算过|猜测|猜|比喻|撰文|发文|公开说|放言|劝|后悔|期望|宣布|公布|比较|比作|打比方|谈(?![判资不何])"
)
"""Verbs whose object is what is said or held, of reports and figures as well."""
# Verbs of finding and feeling: they report a view, but introduce plain narration as often.
FINDING_ZH = r"发现|看到|感到|感受到|感觉到|意识到|明白|考虑|念叨|预期|期待|看重|看中|注意到|清楚|了解到|放弃"
VIEW_ZH = r"观感|观点|看法|观察|判断|感触|感受|意思|说法|态度|回答|解释|理由|建议|主张|结论|答案|一句话|论断|立场|语气|预测|总结|规矩|原则|担忧|疑问"
"""Nouns of saying: "his view is"."""
ASKED_ZH = "认为|觉得|感觉|说过?|表示|主张|相信|预计|预测|预言|指出|提到|提出|判断|质疑|不?看好|看衰|断言|强调|坦言|透露|声称|宣称|建议|批评|担心|反对|支持|同意|赞同"

VIEW_EN = "view|rule|answer|point|case|argument|advice|opinion|position|claim|prediction|estimate|stance|forecast|expectation|judge?ment"
"""The same in English."""
SAYING_EN = (
    "accuse|accept|acknowledge|add|admit|advise|agree|allege|announce|answer|argue|ask|assert|assume|believe|blame|boast|call|caution|cite|claim|comment|compare|complain|"
    "concede|conclude|confirm|consider|contend|counter|credit|criticise|criticize|declare|deny|describe|disagree|disclose|dismiss|dispute|doubt|emphasise|emphasize|"
    "envision|estimate|expect|explain|fear|feel|find|forecast|foresee|give|guess|hint|hold|hope|imagine|imply|insist|joke|judge|lament|liken|like|list|maintain|"
    "mention|note|object|observe|offer|point|post|praise|predict|prefer|press|promise|propose|question|quip|rate|read|reason|recall|reckon|recommend|regard|reject|"
    "remark|remember|repeat|reply|report|respond|reveal|say|see|share|show|state|stress|suggest|support|suspect|tell|testify|think|tout|tweet|urge|view|voice|"
    "vow|want|warn|wonder|worry|write|retort|sum|stress|muse|surmise|plead|protest|applaud|back|welcome|oppose|favour|favor"
)
_IRREGULAR_EN = {
    "say": "said",
    "think": "thought",
    "tell": "told",
    "write": "wrote",
    "feel": "felt",
    "hold": "held",
    "find": "found",
    "see": "saw",
    "give": "gave",
    "foresee": "foresaw",
    "read": "read",
    "show": "showed",
    "forecast": "forecast",
    "begin": "began",
    "swear": "swore",
}


def _forms(verb: str) -> list[str]:
    """The third person and the past of an English verb."""
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return [verb[:-1] + "ies", verb[:-1] + "ied"]
    third = verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z")) else "s")
    past = _IRREGULAR_EN.get(verb)
    if past is None:
        past = verb + "d" if verb.endswith("e") else verb + "ed"
    if verb in ("admit", "quip", "snap", "sob", "beg", "grin"):
        past = verb + verb[-1] + "ed"
    return [third, past]


def inflected(verbs: str) -> str:
    """The third person and the past of English verbs, all of them alternatives of a pattern, in alphabetical order."""
    return "|".join(sorted({form for verb in verbs.split("|") for form in _forms(verb)}))


ATTITUDES_EN = (
    r"(?:is|was|are|were|sounds?|remains?)\s(?:also\s|more\s|less\s|not\s|even\s|rather\s|far\s)?(?:guarded|blunt(?:er)?|pessimistic|optimistic|sceptical|skeptical|cautious|"
    r"confident|sure|certain|convinced|in no hurry|critical|doubtful|wary|bullish|bearish|upbeat|gloom(?:y|ier)|worried|concerned|adamant|hopeful)"
)
# Verbs that say something only with words, a clause or a noun of saying behind them: "gave the club a new roof" says nothing.
_WEAK_EN = "gave|added|wrote|saw|found|held|showed|offered|listed|posted|pressed|shared|pointed"
_SPEECH_EN = (
    "accounts?|advice|analysis|answers?|argument|arguments|assessment|caution|caveats?|clues?|comments?|concerns?|descriptions?|details?|doubts?|estimates?|evidence|examples?|explanations?|"
    "figures?|forecasts?|guidance|hints?|ideas?|insights?|instances?|interpretations?|lessons?|notes?|numbers?|observations?|opinions?|outlook|point|points|predictions?|"
    "reasons?|remarks?|replies|reply|rules?|suggestions?|summary|takes?|theory|thoughts|verdict|version|views?|warnings?|word|words"
)
SAYS_WITH_EN = (
    rf"(?:(?!(?:{_WEAK_EN})\b)|(?=[a-z]+(?:\s*[,:;.!?\"“‘(—-]|\s*$|\s(?:that|how|why|whether|what|when|if|no|none|nothing|nobody|almost|hardly|few|little|more|less|most|of|about|out|back|as|again|it|there|he|she|they|we|I)\b"
    r"|\s(?:on|in|at|last|yesterday|today)\b[^.;\"“]{0,40}?\sthat\b"
    rf"|\s(?:in|on)\s(?:a|an|his|her|its|the)\s|\s(?:to|at)\s(?:a|an|his|her|its|the|their|[a-z]+)\b"
    rf"|\s(?:[\w'’-]+\s){{0,5}}?(?:{_SPEECH_EN})\b|\s(?:the|a|an|this|these|his|her|their|its)\s(?:[\w'’-]+\s){{1,5}}?(?:is|was|are|were|will|would|had|has|have|can|could|should|may|might)\b)))"
)
SAYS_EN = inflected(SAYING_EN)
# Of the others many mean a deed as often: "who gave", "who wrote".
ASKED_VERBS_EN = (
    "think|believe|say|argue|claim|doubt|expect|predict|see|warn|insist|reckon|feel|consider|hold|maintain|suggest|state|agree|disagree|admit|complain|describe|"
    "call|liken|compare|recommend|urge|advise|want|hope|fear|worry|caution|assert|assume|conclude|contend|deny|dismiss|emphasise|emphasize|estimate|explain|"
    "forecast|foresee|judge|note|observe|oppose|question|reject|remark|stress|support|favour|favor|criticise|criticize|accuse|praise|propose|mention|confirm|"
    "concede|dispute"
)
ASKED_EN = rf"{ASKED_VERBS_EN}|{inflected(ASKED_VERBS_EN)}|points? out|pointed out"
"""The verbs, in all their forms, by which an English question asks for those who say what stands behind them."""
# Verbs that report words only where they stand right behind a quotation: "We won't," fumed so-and-so.
_QUOTING_EN = (
    "bark|begin|bellow|bemoan|beam|bluster|chuckle|continue|croak|cry|drawl|elaborate|enthuse|exclaim|fume|gasp|giggle|grin|groan|growl|grumble|grunt|gush|hiss|howl|"
    "implore|inquire|enquire|instruct|interject|intone|laugh|marvel|moan|mumble|murmur|mutter|opine|order|proclaim|pronounce|rage|rant|rave|roar|scoff|scream|shout|"
    "shrug|sigh|smile|snap|snarl|sneer|snort|sob|sputter|stammer|stutter|tease|thunder|venture|volunteer|wail|whine|whisper|yell|beg|rejoin|riposte|assure|swear"
)
QUOTES_EN = inflected(f"{SAYING_EN}|{_QUOTING_EN}")

__all__ = [
    "ASKED_EN",
    "ASKED_VERBS_EN",
    "ASKED_ZH",
    "ATTITUDES_EN",
    "DOTS",
    "FINDING_ZH",
    "HAN",
    "QUOTES_EN",
    "SAYING_EN",
    "SAYING_ZH",
    "SAYS_EN",
    "SAYS_WITH_EN",
    "SPEAKING_ZH",
    "VIEW_EN",
    "VIEW_ZH",
    "inflected",
]
