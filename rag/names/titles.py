"""The words for what people are: titles, trades and kin, as patterns that capture nothing; honorifics are in `honorifics`.

All Chinese is Simplified: texts are folded before they are searched.
"""

from __future__ import annotations

from rag.text.cues import HAN

TITLES_ZH = (
    "官|创始人|创办人|联创|合伙人|合作伙伴|CEO|CTO|CFO|COO|CIO|CMO|CPO|总裁|董事长|董事|经理|总监|院长|所长|"
    "主任|教授|博士|院士|研究员|分析师|架构师|工程师|科学家|经济学家|负责人|专家|投资人|投资者|发起人|主席|秘书长|校长|会长|"
    "理事长|发言人|顾问|律师|医生|导演|部长|局长|市长|省长|州长|总统|总理|首相|议员|总编辑|主编|掌门人|操盘手|作家|学者|创业者|"
    "行长|馆长|厂长|教练|店长|记者|老板|高管|创始合作伙伴|主管|主帅|领队|队长|执行长|财务长|营运长|技术长|投资长|董座|立委|委员|"
    "议长|书记|县长|镇长|村长|乡长|处长|科长|司长|厅长|署长|次长|法官|护士长|讲师|策展人|制片人|编剧|演员|歌手|画家|师傅|站长|"
    "班长|组长|大使|外长|防长|财长|园主"
)
"""Titles and offices, or how they end."""
_KIN_ZH = "妻子|丈夫|太太|母亲|父亲|爸爸|妈妈|儿子|女儿|哥哥|弟弟|姐姐|妹妹|爷爷|奶奶"
_COMPANIONS_ZH = "同事|同学|助理|助手|律师|老师|学生|徒弟|邻居|朋友|老板|上司|对手|队友|家人|家属|医生|搭档|老乡|客户"
OF_WHOM_ZH = rf"的(?:{_KIN_ZH}|{_COMPANIONS_ZH})"
"""Somebody else, behind the name of one whose relative or companion he is."""
TRADES_ZH = (
    "居民|村民|市民|农民|渔民|牧民|网民|股民|业主|户主|店主|摊主|船主|厂主|窑主|矿主|车主|房主|货主|房东|船长|机长|园丁|司机|游客|旅客|乘客|顾客|住客|食客|房客|租客|球迷|志愿者|考生|毕业生|教师|厨师|"
    "工匠|木匠|铁匠|石匠|职工|员工|民工|工人|商人|老人|猎人|诗人|艺人|证人|主持人|经纪人|代理人|护士|战士|骑手|选手|水手|舵手|警察|民警|交警|保安|保姆|家长"
)
"""Trades and standings."""
PEOPLE_ZH = (
    rf"(?:{TITLES_ZH}|{TRADES_ZH}|代表|先生|人士|(?<!雇)(?:[{HAN}]员)|[{HAN}]农|[{HAN}](?<![国大厂住客老企])家|[{HAN}]者|[{HAN}]师|[{HAN}]友|{_KIN_ZH}|{_COMPANIONS_ZH}|"
    r"阿姨|大叔|大爷|大妈|大娘|阿婆|阿公|阿伯|婆婆|老汉|大嫂|大姐|大哥|姑娘|小伙|伙子|男子|女子|女士|少年|青年|孩子|老板娘|伙伴)"
)
"""How words for what people do or are end, as the segmenter cuts them."""
# What people are by trade or standing, no words that are family names as well.
_OCCUPATIONS_EN = (
    "librarian|winemaker|resident|volunteer|farmer|fisherman|fisherwoman|shopkeeper|beekeeper|gardener|carpenter|electrician|plumber|mechanic|pharmacist|dentist|"
    "paramedic|firefighter|policeman|policewoman|pensioner|retiree|student|pupil|tenant|landlord|landlady|homeowner|neighbou?r|shopper|passenger|commuter|cyclist|"
    "driver|pilot|sailor|musician|violinist|pianist|actor|actress|filmmaker|photographer|poet|playwright|architect|lecturer|tutor|headteacher|headmaster|headmistress|"
    "postdoc|programmer|developer|designer|technician|accountant|banker|broker|councill?or|councilman|councilwoman|activist|campaigner|organi[sz]er|conservationist|"
    "forester|ranger|vet|veterinarian|midwife|therapist|psychologist|brewer|distiller|restaurateur|hotelier|waiter|waitress|barista|bartender|trainer|keeper|warden|"
    "caretaker|archivist|conservator|translator|columnist|reporter|correspondent|broadcaster|presenter|botanist|astronomer|mathematician|statistician|inventor|"
    "businessman|businesswoman|grower|rancher|vintner|parent|grandmother|grandfather|visitor|tourist|witness|protester|spokesperson|chaplain|vicar"
)
TITLES_EN = (
    r"founders?|co-?founders?|partners?|CEO|CTO|CFO|COO|chief [a-z]+(?: [a-z]+)? officer|chief [a-z]+|president|vice[- ]president|chair(?:man|woman|person)?|directors?|"
    r"managers?|professors?|researchers?|analysts?|engineers?|scientists?|economists?|investors?|heads?|experts?|spokes(?:man|woman|person)|advis[eo]rs?|"
    r"lawyers?|ministers?|secretary|governor|mayor|editors?|authors?|writers?|journalists?|executives?|principals?|entrepreneurs?|VCs?|coach(?:es)?|captain|"
    r"attorney|judge|justice|doctor|surgeon|nurse|teacher|artist|curator|owner|senator|lawmaker|MP|prosecutor|commissioner|ambassador|striker|midfielder|"
    r"goalkeeper|physicist|[a-z]+ologist|historian|strategist|consultant|treasurer|trustee|novelist|leader|chancellor|chemist|officer|trader|"
    rf"{_OCCUPATIONS_EN}"
)
"""Titles, offices and trades."""
KIN_WOMEN_EN = ("wife", "mother", "daughter", "sister", "aunt", "niece", "grandmother", "girlfriend", "widow")
KIN_MEN_EN = ("husband", "father", "son", "brother", "uncle", "nephew", "grandfather", "boyfriend", "widower")
KIN_EN = "|".join((*KIN_WOMEN_EN, *KIN_MEN_EN, "cousin"))
"""Whose relative somebody is."""
COMPANIONS_EN = "colleague|friend|boss|assistant|deputy|lawyer|neighbou?r|partner"
"""Who else somebody is by whose they are."""


__all__ = [
    "COMPANIONS_EN",
    "KIN_EN",
    "KIN_MEN_EN",
    "KIN_WOMEN_EN",
    "OF_WHOM_ZH",
    "PEOPLE_ZH",
    "TITLES_EN",
    "TITLES_ZH",
    "TRADES_ZH",
]
