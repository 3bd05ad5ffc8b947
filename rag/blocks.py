"""Divide an article into blocks and say what each is: title, byline, heading, body or page furniture.

Works on readable text line by line. The rules look at form (length, end marks, place in the file) and at the fixed
phrases with which web pages frame an article in Chinese, English and Japanese; none knows any particular site.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.authors import signed
from rag.cleaning import CleanText
from rag.dates import has_date, is_dated_label, undated
from rag.folding import narrow
from rag.outlets import dateline, has_an_article, may_be_a_name, names_outlet
from rag.types import Block, Role

TERMINAL = "。!?….;"
_CLOSERS = "”’」』\"')]】》"
_OPENERS = "“‘「『\"'"


@dataclass(frozen=True, slots=True)
class Line:
    """A non-empty line of readable text: its range there, and its text without outer blanks, full-width forms narrowed."""

    start: int
    end: int
    text: str


_BYLINE = re.compile(
    r"^[(\[【]?(?:本文|文章|原文)?(?:来源|來源|出处|出處|来自|來自|作者|文|撰文|记者|記者|编辑|編輯|责任编辑|責任編輯|责编|責編|出品|原标题|原標題|发布时间|發布時間|时间|時間|日期)"
    r"(?:微信)?(?:公众号|公眾號)?\s*[:/|丨|]"
    r"|^本文(?:来自|來自|转自|轉自|转载自|轉載自|首发于|首發於)"
    r"|^(?:source|authors?|published|publisher|updated|last (?:updated|modified)|date|written by|posted(?: (?:on|by))?|editor|edited by|by)\s*:\s*\S"
    r"|^(?:originally|first) (?:published|posted|appeared)\b|^this (?:article|story|post|piece) (?:was )?(?:originally |first )*(?:published|appeared)\b"
    r"|^(?:编辑|編輯|发布|發布|發佈|发表|發表|更新)[于於]\s?(?:19|20)\d\d"
    r"|^[\u4e00-\u9fff]{0,8}(?:记者|記者|通讯员|通訊員)(?:[\s/、]{1,3}[\u4e00-\u9fff·]{2,9}){1,6}(?:[\s,/]{1,3}[\u4e00-\u9fff]{2,6}(?:报道|報導|電|电))?$"
    r"|^(?:additional )?(?:reporting|writing|editing) (?:and \w+ )?(?:by|from)\s+\S[^.]*$"
    r"|^(?:著者|出典|執筆|公開日|更新日|記者|文責)\s*[:]"
    r"|^(?:quelle|fuente|fonte|bron|źródło|источник|kaynak)\s*:\s*\S",
    re.IGNORECASE,
)
# Without a colon these begin sentences as well.
_LOOSE_BYLINE = re.compile(
    r"^(?:(?i:by)\s+(?:the\s|our\s)?[^\W\d]|(?i:published|updated|last updated|posted)\s+(?:(?:on|by|in)\s)?\S|(?i:written|edited|reported) by\s+\S)"
)

_SOURCED = re.compile(r"(?:来源|來源|出处|出處|作者|记者|記者)\s?[:]\s?\S")

# Whole lines that pages put around an article. English and Chinese texts use the shorter ones as words of their own.
_WORDS = (
    r"home(?:page)?|menu|search|close|share|save|print|e-?mail|follow|like|copy link|facebook|twitter|x|linkedin|whatsapp|reddit|pinterest|telegram|"
    r"instagram|youtube|tiktok|rss|advertisement|ad|ads|sponsored|subscribe|newsletters?|cookies|register|about(?: us)?|contact(?: us)?|faqs?|careers|"
    r"sitemap|help|next|previous|prev|trending|recommended|most read|reply|report|log ?in|log ?out|sign (?:in|up|out)|back|more|top|tags|tweet|"
    r"首页|首頁|登录|登錄|注册|註冊|搜索|微信|微博|新浪微博|qq空间|qq|朋友圈|分享|收藏|点赞|點贊|赞|评论|評論|发送|發送|举报|舉報|广告|廣告|关闭|關閉|"
    r"返回|更多|下一篇|上一篇|换一换|換一換|打印|复制链接|複製連結|阅读简体中文版|閱讀繁體中文版|leer en español|read in english|在看|阅读原文|閱讀原文|看全文|查看全文|写评论|寫評論|展开全文|收起|关注者|被浏览|关于我们|關於我們|联系我们|聯繫我們|隐私政策|隱私政策|"
    r"シェア|コメント|ツイート|おすすめ|ホーム|検索|メニュー|ログイン|広告|댓글|공유|검색|로그인"
)
_WORDS_ABROAD = (
    r"s['’]abonner|se connecter|s['’]inscrire|mentions légales|nous contacter|partager|imprimer|commentaires|publicité|accueil|"
    r"abonnieren|abo|anmelden|registrieren|impressum|datenschutz(?:erklärung)?|kontakt|teilen|drucken|kommentare|anzeige|werbung|startseite|agb|"
    r"suscr[ií]bete|suscribirse|iniciar sesión|registrarse|aviso legal|contacto|compartir|imprimir|comentarios|publicidad|inicio|"
    r"abbonati|accedi|registrati|note legali|contatti|condividi|stampa|commenti|pubblicità|"
    r"assine|assinar|entrar|contato|compartilhar|partilhar|comentários|publicidade|aviso legal|política de privacidade|"
    r"abonneren|inloggen|delen|advertentie|privacy|reacties|prenumeruj|zaloguj(?: się)?|udostępnij|reklama|kontakt|polityka prywatności|"
    r"подписаться|подписка|войти|поделиться|реклама|контакты|комментарии|abone ol|giriş yap|paylaş|reklam|iletişim"
)
_WORD_LINE = re.compile(
    rf"(?:{_WORDS}|{_WORDS_ABROAD})(?:[\s|/·•,>»\u2013\u2014-]+(?:{_WORDS}|{_WORDS_ABROAD})){{0,20}}[\s:.>»]*", re.IGNORECASE
)
# Names of a site's sections: furniture in a menu at the head of a page, nowhere else.
_SECTION = re.compile(
    r"(?:(?:latest |world |local |top |breaking )?news|world|politics|business|tech(?:nology)?|science|health|sports?|culture|arts?|opinions?|"
    r"entertainment|lifestyle|travel|markets?|money|finance|economy|video|videos|photos|podcasts?|live|weather|education|blog|shop|store|books|"
    r"新闻|新聞|财经|財經|科技|体育|體育|娱乐|娛樂|国际|國際|国内|國內|社会|社會|军事|軍事|汽车|汽車|视频|視頻|教育|健康|文化|股票|房产)",
    re.IGNORECASE,
)
# What leads from one article to others. With a colon the other's headline follows in the line; without one the links follow.
_ELSEWHERE = (
    r"read (?:more|next|also)|also read|see also|related(?: (?:articles?|stories|story|posts?|links?|reading))?|more on this(?: story)?|"
    r"lesen sie (?:auch|dazu|mehr|hier)|mehr (?:zum thema|dazu|lesen)|auch interessant|weiterlesen|das könnte sie auch interessieren|"
    r"(?:à )?lire (?:aussi|également|la suite)|à lire|voir aussi|sur le même sujet|pour aller plus loin|"
    r"(?:lea|lee|leer|ver) (?:tambi[eé]n|m[aá]s)|te puede interesar|noticias relacionadas|más información|"
    r"leggi anche|vedi anche|per approfondire|articoli correlati|"
    r"leia (?:tamb[eé]m|mais)|veja tamb[eé]m|saiba mais|not[ií]cias relacionadas|"
    r"lees (?:ook|meer|verder)|meer over(?: dit onderwerp)?|gerelateerd|"
    r"czytaj (?:także|też|więcej|również)|zobacz (?:także|też|również)|przeczytaj (?:także|też|również)|"
    r"читайте (?:также|ещ[её])|читать (?:далее|также)|см\. также|по теме|ayrıca okuyun|ilgili haberler|läs (?:också|mer)|læs også"
)
_ELSEWHERE_LINE = re.compile(rf"(?:{_ELSEWHERE})(?:\s*[:>»\u2192\u203a\u2026.]+)?", re.IGNORECASE)
_ELSEWHERE_LABEL = re.compile(rf"(?:{_ELSEWHERE})\s*(?:[:|>»\u2192\u203a]|[\u2013\u2014-]\s)\s*\S", re.IGNORECASE)
_ADVERT = re.compile(
    r"(?:advertisement|advertising|anzeige|werbung|publicité|publicidad|publicidade|pubblicità|advertentie|reklama|реклама|reklam)\s*(?:[:|\u2013\u2014]|-\s)\s*\S",
    re.IGNORECASE,
)
# Calls to the reader to write in.
_CALL = re.compile(
    r"(?:do you have|have you got|got) (?:a|an|any|more) (?:news )?(?:story|stories|tips?|information|experience|views?|question|comment)\b.{0,80}\?.{0,40}(?:e-?mail|contact|write|call|get in touch|message|send|tell us|let us know|whatsapp)"
    r"|haben sie (?:einen hinweis|hinweise|eine geschichte|fragen|informationen)\b.{0,80}\?.{0,40}(?:schreiben|mailen|e-?mail|kontakt|melden)"
    r"|(?:vous avez|avez-vous) (?:une info|une histoire|un témoignage|une question|des informations)\b.{0,80}[?!].{0,40}(?:écri|contact|e-?mail|mail|appel|envoy)"
    r"|[¿]?(?:tienes?|tiene) (?:una historia|alguna historia|información|alguna pista)\b.{0,80}\?.{0,40}(?:escr[ií]b|contact|correo|env[ií]|llam)"
    r"|(?:hai|avete) (?:una storia|una segnalazione|informazioni)\b.{0,80}\?.{0,40}(?:scriv|contatt|mail|invia)"
    r"|(?:tem|você tem) (?:uma história|uma sugestão|informações)\b.{0,80}\?.{0,40}(?:escrev|contat|contact|e-?mail|envi)",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"(?:阅读|閱讀|浏览|瀏覽|点击|點擊|点赞|點贊|赞|讚|收藏|评论|評論|转发|views?|likes?|shares?|comments?)\s*[(:]?\s*\d[\d.,]*\s*[万萬kKwW]?\+?\s*次?\)?"
    r"|\d[\d.,]*\s*[万萬]?\+?\s*(?:人(?:赞同|贊同|喜欢|喜歡|收藏)了?(?:该|該|这篇|這篇)\S{2,4}|(?:条|條|个|個)(?:评论|評論|回复|回覆|留言))"
    r"|\d[\d.,]*\s*[万萬kKwW]?\+?\s*(?:阅读|閱讀|浏览|瀏覽|点赞|點贊|赞|讚|收藏|评论|評論|views?|likes?|shares?|comments?|min(?:ute)?s? read|min(?:ute)?s? to read)",
    re.IGNORECASE,
)
# Beginnings of lines that may go on a little, unless they go on to be a sentence.
_FURNITURE = re.compile(
    r"(?:"
    r"相关(?:推荐|阅读|文章|新闻|报道|链接)|相關(?:推薦|閱讀|文章|新聞|報導|連結)|推荐(?:阅读|内容|文章|科技快讯)|推薦(?:閱讀|內容|文章)|为你推荐|為你推薦|猜你喜欢|猜你喜歡"
    r"|点击(?:上方|下方|上面|下面|顶部|标题|名片|蓝字|阅读原文)|點擊(?:上方|下方|閱讀原文)|戳(?:上方|下方|阅读原文)|往期(?:推荐|回顾|精选|精彩|文章|内容|阅读)|点个?[“”「」\"']{0,2}(?:在看|赞)"
    r"|[\W_]{0,8}(?:the )?(?:end|完|全文完|正文完|正文结束)[\W_]{0,8}$|(?:校对|校對|排版|美编|美編|监制|監製|审核|審核|审校|審校|运营|题图|題圖)\s?[:/|丨]"
    r"|(?:写|寫|我要|发)(?:评论|評論|留言)\b|写评论 |查看(?:剩下|剩余|更多|全部|所有).{0,8}(?:评论|評論|回复|回覆|留言)|提 ?交\b|※|IP ?属地|更多\S{0,8}(?:报道|報導|新闻|新聞)$"
    r"|延伸(?:阅读|閱讀)|更多(?:内容|精彩|文章|新闻|阅读|閱讀)|热门(?:文章|推荐|评论)|熱門(?:文章|推薦|評論)|热点(?:视频|新闻)|熱點(?:視頻|新聞)|\S{0,4}(?:热榜|熱榜|排行榜)$"
    r"|换一换|換一換|加载更多|加載更多|载入更多|載入更多|点击加载|正在加载|loading(?: more)?\b|load more|show more"
    r"|(?:网友|網友|全部|最新|精彩|用户|用戶)?(?:评论|評論|留言)(?:区|區)?(?:\s*[(]?\d*[)]?)?$|暂无评论|暫無評論|登录后|登錄後|登錄后|登入後|发表评论|發表評論|提交评论|字号[:]|字號[:]"
    r"|分享(?:到|至)|扫码|掃碼|扫一扫|掃一掃|长按|長按|返回(?:顶部|首页)|上一篇[:]|下一篇[:]|打开APP|(?:当前|您的|您现在的|您當前的)位置"
    r"|广告[:(]|廣告[:(]|赞助[:]|贊助[:]|标签[:]|標籤[:]|关键词[:]|關鍵詞[:]|©|\(c\)\s|copyright\b|all rights reserved|版权声明|版權聲明|免责声明|免責聲明|声明[:]|聲明[:]|网址[:]|網址[:]|原文链接|本文链接"
    r"|\S{0,2}ICP[备備证證]|\S{0,3}公网安备"
    r"|related (?:articles?|stories|story|posts?|links?|news|reading|content|topics)\b|recommended (?:for|reading|stories|articles|posts|videos)|you (?:may|might) (?:also )?(?:like|be interested)"
    r"|more (?:from|stories|on this|news|in)\b|most (?:read|popular|viewed|shared)\b|trending (?:now|stories|topics|on)|what(?:'s|’s) trending|read (?:more|next|also)\b|also read\b|see also\b|see (?:all|more)\b|view (?:all|more|comments)\b|further reading"
    r"|leave a (?:comment|reply)|post a comment|join the (?:conversation|discussion)|share (?:this|on|via)\b|skip (?:to|advert\w*)\b|-{2,} ?(?:original|forwarded) message|listen to this (?:article|story)|tags?[:]|filed under|topics[:]|categor(?:y|ies)[:]|keywords[:]"
    r"|about the authors?\b|click here\b|tap here\b|continue reading|story continues|article continues|(?:enter )?your e-?mail(?: address)?\b|accept (?:all|cookies)|reject (?:all|cookies)|manage (?:cookies|preferences|consent)"
    r"|cookie (?:policy|settings|preferences|consent|notice)|terms (?:of (?:use|service)|and conditions|& conditions)|privacy (?:policy|notice)|back to top|disclaimer[:]|disclosure[:]|get our app\b|advertise with|sponsored (?:content|post|by)\b|paid (?:content|post)\b"
    r"|(?:free )?(?:daily|weekly|monthly|morning|evening) (?:e-?mail )?newsletters?\b|(?:after|skip past) newsletter promotion|page \d+ of \d+|print(?:ed)? (?:this (?:page|article)|from)\b"
    r"|url: ?(?:https?:|www)|view (?:this|it) (?:e-?mail |message |newsletter )?(?:in your|online)|our standards:|press enter or click to view|purchase licensing rights"
    r"|subscribe (?:now|today|to (?:our|the|this)|here|for)\b|follow us\b|log in to\b|sign (?:in|up) (?:to|for|with|here|now)\b"
    r"|関連(?:記事|リンク)|おすすめ(?:記事|の)|もっと見る|続きを読む|あわせて読みたい|人気記事|記事ランキング|コメント(?:する|欄|\s*[(]?\d)|この記事を(?:シェア|共有)|関連キーワード|관련 ?기사|많이 본"
    r")",
    re.IGNORECASE,
)
# Beginnings of notices that are furniture though they are sentences.
_NOTICE = re.compile(
    r"(?:下载|下載).{0,12}(?:APP|客户端|客戶端)|(?:关注|關注)(?:.{0,8}(?:公众号|公眾號|微信)|(?:我们|我們)(?=$|[!:,。~]))|(?:这是|本文是).{0,20}第 ?\d+ ?篇|全文(?:共|约)? ?\d+ ?字|(?:欢迎|记得|喜欢本文|觉得不错).{0,8}(?:点赞|转发|关注|在看)|(?:商务|广告|投稿|转载|内容)(?:合作|投放).{0,6}(?:请|联系|:)|(?:特别|特別|免责|免責|版权|版權|郑重|鄭重)(?:声明|聲明)[:]|notice: the content above|网友评论仅供|網友評論僅供|(?:本文|该文|該文|文中|以上)(?:观点|觀點|内容|內容)?(?:仅|僅)(?:代表|供)|文章(?:版权|版權)|未经(?:授权|许可|允许)|未經(?:授權|許可|允許)"
    r"|(?:we|this (?:web)?site|our (?:web)?site) uses? cookies|by (?:continuing|using|browsing|clicking|signing up|subscribing)\b.{0,60}\b(?:site|cookies?|agree|consent|accept)"
    r"|(?:subscribe to|sign up (?:for|to)|join) (?:our|the|my) .{0,40}(?:newsletter|mailing list|channel|list|updates)|get .{0,60}\b(?:in|to) your inbox|(?:delivered )?(?:straight |directly )?to your inbox"
    r"|.{0,200}\b(?:sign up|subscribe|register) here\W*$|privacy (?:policy|notice): ?newsletters\b|this live ?blog is (?:now )?closed|(?:if )?someone forwarded (?:you )?this"
    r"|you(?:['’]re| are) receiving this\b|you can (?:update|change|manage) your (?:preferences|subscription)|to unsubscribe\b|want to change how you receive"
    r"|follow us on\b|all rights reserved|your email address will not be published|required fields are marked|please (?:enable javascript|log in|sign in)|you must be logged in|a version of this (?:article|story) appear|audio (?:produced|by)\b|this e-?mail (?:and any|is|may)\b|(?-i:[A-Z])\S+ (?-i:[A-Z])\S+ is an? (?:[\w-]+ ){0,3}(?:reporter|correspondent|columnist|staff writer|freelance (?:writer|journalist))\b|thank you for (?:reading|subscribing)"
    r"|(?:view|download) (?:the|our|this) (?:app|pdf)\b|無断転載|本サイトでは(?:クッキー|cookie)|무단 ?전재",
    re.IGNORECASE,
)
# Headings after which, at the end of a page, only lists of other pages and comment boxes follow.
_TAIL = re.compile(
    r"(?:相关(?:推荐|阅读|文章|新闻)|相關(?:推薦|閱讀|文章|新聞)|推荐(?:阅读|内容|文章|科技快讯)|推薦(?:閱讀|內容|文章)|为你推荐|為你推薦|猜你喜欢|猜你喜歡|延伸(?:阅读|閱讀)|更多(?:内容|精彩|文章|新闻)|"
    r"热门(?:文章|推荐)|熱門(?:文章|推薦)|热点(?:视频|新闻)|熱點(?:視頻|新聞)|\S{0,4}(?:热榜|熱榜|排行榜)$|网友评论|網友評論|"
    r"related (?:articles?|stories|posts|links|news|reading|content)|recommended(?: (?:for|reading|stories|articles|posts).*)?$|you (?:may|might) also like|more (?:from|stories|news)\b|most (?:read|popular|viewed)|"
    r"trending(?: .*)?$|further reading|about the authors?|(?:\d+ )?comments?(?: \(\d+\))?$|leave a (?:comment|reply)|join the (?:conversation|discussion)|"
    r"関連(?:記事|リンク)|おすすめ|あわせて読みたい|人気記事|記事ランキング|관련 ?기사|많이 본)",
    re.IGNORECASE,
)
_CRUMBS = re.compile(r"(?:home|首页|首頁|ホーム|홈)(?:\s*[>›»/|]\s*[^>›»|]{1,60}){1,8}", re.IGNORECASE)
_LEGAL = re.compile(
    r"版权|版權|转载|轉載|侵权|侵權|免责|免責|投资建议|投資建議|风险自担|風險自擔|仅供参考|僅供參考|联系.{0,8}(?:删除|处理)|聯繫.{0,8}(?:刪除|處理)|立场|立場|"
    r"all rights reserved|not (?:constitute )?(?:investment|financial) advice|without (?:prior )?(?:written )?permission|views expressed|do not (?:necessarily )?(?:reflect|represent)",
    re.IGNORECASE,
)
_PICTURE = re.compile(
    r"^[((\[【]?\s*(?:(?:资料|資料|示意|配|题|題)[图圖]|图片?来源|圖片?來源|图源|圖源|图片?来自|圖片?來自|图[:]|圖[:]|题图|題圖|视觉中国|視覺中國|(?:photo(?:graph)?|image|picture|illustration)s?(?: credit| by| courtesy of)?\s*:|photo(?:graph)? by\b|image credit|getty images|写真[:]|写真提供|画像[:])"
    r"|^[\u25b2\u25b3\u25bc\u25bd]|(?:供图|供圖|[图圖]\s?/\s?\S{2,12})[)\]】]?$|[(/\s](?:记者|記者)?[\u4e00-\u9fff]{2,6}[摄攝][)\]】]?$"
    r"|(?:图源|圖源|图片来源|圖片來源|摄影|攝影|photo by|image credit|courtesy of)\s*[:/]?\s*\S{1,20}\s*[)\]】]?$",
    re.IGNORECASE,
)
_LIST_ITEM = re.compile(r"[-*•·]\s|\d{1,3}[.、)]\s?|[>#|]")
# A line that begins inside a sentence ("iPhone" and "a) item" do not), and one that ends with a symbol before its index.
_GOES_ON = re.compile(r"(?!\w[.)\d])\w(?![A-Z])")
_HYPHENATED = re.compile(r"[^\W\d_]{2}-$")
_FORMULA = re.compile(r"(?:^|[^A-Za-z])[A-Z]{1,2}[a-z]?$")
_FIGURES = re.compile(r"[\d\W_]+")
_MAIL = re.compile(
    r"(?:from|sent|to|cc|bcc|subject|von|gesendet|an|betreff|de|envoyé|objet|发件人|发送时间|收件人|抄送|主题|寄件者|收件者|主旨)\s?:\s?\S",
    re.IGNORECASE,
)
# A list of works that a text goes by, and an entry of it: numbered, or with the year that a work came out.
_REFERENCES = re.compile(
    r"(?:\d{1,2}\.? )?(?:references|bibliography|works cited|literaturverzeichnis|literatur|bibliographie|bibliografía|参考(?:资料|文献|来源)|參考(?:資料|文獻|來源)|资料来源|資料來源|参考文献)\s*:?",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"\[\d{1,3}\]|\^ |\d{1,3}[.)、]\s?\S|.{0,200}\((?:19|20)\d{2}[a-z]?\)")
_SEPARATED = re.compile(r"[|,;·/()]|\s{1,}")


def lines_of(text: str) -> list[Line]:
    """The non-empty lines of a text, in order."""
    found = []
    text = narrow(text)
    for match in re.finditer(r"[^\n]+", text):
        stripped = match[0].strip()
        if stripped:
            start = match.start() + match[0].index(stripped[0])
            found.append(Line(start, start + len(stripped), stripped))
    return found


def _is_wide(text: str) -> bool:
    return sum(ord(c) > 0x2E80 for c in text) > len(text) / 4


def ends_sentence(text: str) -> bool:
    """Whether a line ends with the mark of a sentence, whatever closes behind it."""
    return text.rstrip(_CLOSERS + " ")[-1:] in tuple(TERMINAL) if text.rstrip(_CLOSERS + " ") else False


def hard_wraps(text: str) -> list[int]:
    """The positions of line feeds that wrap a paragraph by hand at some column, or stand inside a sentence by accident.

    A text counts as wrapped when, of the lines that another line follows without a blank one between, at least three and
    most (a third, where words are cut by hyphens) are 40 to 120 characters long and end in the middle of a sentence. There a line feed is a wrap when the next word
    would hardly have fitted before it and no list item, byline or heading begins after it. In any text a single line feed
    is one when at least 60 characters of a paragraph that begins with no small letter end without a mark before it and a
    small letter follows (after 120 characters, or a capital as in a formula, also a digit).
    """
    lines = lines_of(text)
    inner = [
        (a, b) for a, b in pairwise(lines) if text.count("\n", a.end, b.start) == 1 and not (" | " in a.text and " | " in b.text)
    ]
    broken = _broken(inner)
    cut = sum(40 <= len(a.text) <= 120 and not ends_sentence(a.text) for a, _ in inner)
    hyphened = sum(bool(_HYPHENATED.search(a.text)) and b.text[0].islower() for a, b in inner)
    if len(inner) < 3 or cut < (0.3 if hyphened > 1 else 0.6) * len(inner):
        return [text.index("\n", a.end, b.start) for a, b in broken]
    width = max(len(a.text) for a, _ in inner if len(a.text) <= 120)
    wrapped = [
        (a, b)
        for a, b in inner
        if len(a.text) + 1 + len(b.text.split(maxsplit=1)[0]) >= 0.75 * width
        and not any(_LIST_ITEM.match(b.text) or is_byline(line.text) for line in (a, b))
    ]
    return sorted({text.index("\n", a.end, b.start) for a, b in (*broken, *wrapped)})


def _broken(inner: Sequence[tuple[Line, Line]]) -> list[tuple[Line, Line]]:
    """Of neighbouring lines those that are one sentence, by the form of it alone."""
    broken: list[tuple[Line, Line]] = []
    first: Line | None = None
    for a, b in inner:
        if not (broken and broken[-1][1] == a and first):
            first = a
        length = a.end - first.start
        goes_on = (
            length >= 60 and b.text[0].islower() and _GOES_ON.match(b.text)
            or b.text[0].isdigit() and (length >= 120 and a.text[-1].islower() or length >= 60 and _FORMULA.search(a.text))
        )  # fmt: skip
        cut = len(a.text) >= 8 and _HYPHENATED.search(a.text) and b.text[0].islower()
        if cut or (
            goes_on
            and (a.text[-1].islower() or a.text[-1].isupper() or a.text[-1].isdigit() or a.text[-1] in ",)")
            and not first.text[0].islower()
            and not any(_LIST_ITEM.match(line.text) or is_byline(line.text) for line in (first, b))
            and not (len(b.text) <= 120 and has_date(b.text) and not ends_sentence(b.text))
        ):
            broken.append((a, b))
    return broken


def unwrap(text: str, lines: Sequence[Line]) -> list[Line]:
    """Join the lines of paragraphs that were wrapped by hand."""
    wraps = set(hard_wraps(text))
    joined: list[Line] = []
    for line in lines:
        if joined and wraps and text.find("\n", joined[-1].end, line.start) in wraps:
            start = joined[-1].start
            joined[-1] = Line(start, line.end, text[start : line.end])
        else:
            joined.append(line)
    return joined


def is_byline(text: str) -> bool:
    """Whether a line says who wrote or published the text, or when."""
    if ends_sentence(text) and not re.search(r"\b[ap]\.m\.$", text):  # in an interview "记者:" asks
        return bool(_BYLINE.match(text)) and text[-1] not in "!?" and not text.startswith(("记者", "記者", "编辑", "編輯"))
    if _BYLINE.match(text) or _LOOSE_BYLINE.match(text) and len(text) <= 100:
        return True
    return len(text) <= 120 and (
        signed(text) is not None or is_dated_label(text) or _SOURCED.search(text) is not None and has_date(text)
    )


def _is_furniture(text: str) -> bool:
    text = text.lstrip("> ")
    if len(text) <= 60 and _PICTURE.search(text):
        return True
    if len(text) <= 250 and (
        _ELSEWHERE_LINE.fullmatch(text)
        or _CALL.match(text)
        or (_ELSEWHERE_LABEL.match(text) or len(text) <= 90 and _ADVERT.match(text))
        and text[-1] not in TERMINAL.replace("?", "").replace("!", "")
    ):
        return True
    if re.fullmatch(r"[-=*_~#+]{2,}|[-=*_~#+. ]{4,}", text):  # a rule
        return True
    if _WORD_LINE.fullmatch(text) or _COUNTED.fullmatch(text) or _CRUMBS.fullmatch(text):
        return True
    legal = len(_LEGAL.findall(text[:300]))
    if _FURNITURE.match(text) and (legal or len(text) <= (40 if _is_wide(text) else 90) and text[-1:] not in ("。", ".")):
        return True
    if _NOTICE.match(text) and len(text) <= (80 if _is_wide(text) else 250):
        return True
    return legal >= 2 and len(text) <= 300


def is_title(lines: Sequence[Line]) -> bool:
    """Whether the first line reads as a headline: short, not a quotation, no full stop unless it is "someone: claim"."""
    if len(lines) < 2:
        return False
    text = lines[0].text
    if len(text) > (80 if _is_wide(text) else 200) or text[0] in _OPENERS or is_byline(text) or _is_furniture(text):
        return False
    if _LIST_ITEM.match(text) and _LIST_ITEM.match(lines[1].text):
        return False
    label = re.match(r"[^:]{1,24}:", text)
    if label and any(line.text.startswith(label[0]) for line in lines[1:30]):  # somebody's turn
        return False
    body = text.rstrip(_CLOSERS)
    if body[-1:] not in tuple("。.;:,、") or re.search(r"\b(?:[A-Z]\.){2,}$", body):
        return True
    return body[-1:] in tuple("。.") and len(re.findall(r"[。!?!?]", body)) == 1 and bool(re.match(r"^[^,。]{2,20}[:]", body))


# What stands above a headline and is none: what kind of text it is, and what the newsroom has to say of it.
_KIND = (
    r"(?:press|news|media) (?:release|statement|notice)|(?:for )?immediate release|embargoed(?: until .{1,40})?|exclusive|breaking(?: news)?|live|just in|"
    r"communiqué(?: de presse)?|pressemitteilung|presseinformation|medienmitteilung|eilmeldung|exklusiv|nota de prensa|comunicado(?: de (?:prensa|imprensa))?|"
    r"comunicato(?: stampa)?|persbericht|informacja prasowa|komunikat prasowy|пресс-релиз|basın bülteni|pressmeddelande|新闻稿|新聞稿|プレスリリース"
)
_KIND_LINE = re.compile(rf"\W*(?:{_KIND})(?:[\s|/:\u2013\u2014-]+(?:{_KIND})){{0,3}}\W*", re.IGNORECASE)
_NOTE = re.compile(
    r"[\[(*]?(?:editor(?:['’]?s|s['’])? note|editorial note|note (?:to|from) (?:the )?(?:editors?|readers?)|correction|clarification|anmerkung der redaktion|"
    r"hinweis der redaktion|korrektur|note de la rédaction|ndlr|nota (?:del editor|de la redacción|della redazione|d[oa] (?:editor|redação))|errata|"
    r"noot van de redactie|od redakcji|от редакции|编者按|編者按|编者注|編者註|編集部注)\s*(?:[:\u2013\u2014]|-\s)",
    re.IGNORECASE,
)
_SECTIONS_ABROAD = re.compile(
    r"politik|wirtschaft|meinung|kommentar|kultur|sport|wissen(?:schaft)?|lokales|regional(?:es)?|panorama|gesellschaft|ausland|inland|"
    r"politique|économie|opinion|tribune|société|monde|régions?|international|éditorial|"
    r"política|economía|opinión|sociedad|cultura|deportes|internacional|mundo|politica|economia|opinioni|cronaca|esteri|società|"
    r"opinião|economia|sociedade|esportes|desporto|economie|politiek|binnenland|buitenland|opinie|polityka|gospodarka|opinie|kraj|świat|"
    r"политика|экономика|мнение|общество|культура|спорт|editorials?|comment(?:ary)?|analysis|features?|letters|investigations?|climate|environment",
    re.IGNORECASE,
)


def _above_headline(lines: Sequence[Line]) -> list[Role]:
    """The roles of the lines before the headline: menu and notices at the head of a page, what kind of text it is, a note of the
    newsroom, the masthead and the section.

    A masthead or section is taken for one only where a byline or a date comes soon after the line that would then be the
    headline, so that a headline with a second line below it stays one.
    """
    roles = [Role.BOILERPLATE] * _menu(lines)
    most = len(roles) + 6
    while len(roles) < min(most, len(lines) - 1):
        text, rest = lines[len(roles)].text, lines[len(roles) + 1 :]
        note = Role.BODY if ends_sentence(text) else Role.BOILERPLATE
        if _NOTE.match(text) and (is_title(rest) or _is_masthead(rest)):
            roles.append(note)
        elif _NOTE.match(text) and rest and ends_sentence(rest[0].text) and is_title(rest[1:]) and _is_signed(rest[1:]):
            roles += [note, Role.BODY]
        elif _KIND_LINE.fullmatch(text) and is_title(rest) and (" " in text or _is_signed(rest)):
            roles.append(Role.BOILERPLATE)
        elif Role.BYLINE not in roles and (below := _is_masthead(lines[len(roles) :])):
            roles += [Role.BYLINE, *[Role.BOILERPLATE if _is_section(line.text) else Role.BYLINE for line in rest[: below - 1]]]
        elif _is_date_alone(text) and is_title(rest):
            roles.append(Role.BYLINE)
        elif _is_section(text) and is_title(rest) and _is_signed(rest):
            roles.append(Role.BOILERPLATE)
        else:
            break
    return roles


def _is_masthead(lines: Sequence[Line]) -> int:
    """How many lines the masthead, the section and the day take above the headline; 0 where the first is no masthead."""
    text = lines[0].text if lines else ""
    if len(text) > 120:
        return 0
    name = re.split(r"\s*[|·]\s*|\s+[\u2013\u2014-]\s+|,\s", undated(text), maxsplit=1)[0].strip()
    if not name or len(name) > 60 or not may_be_a_name(name) or _is_furniture(text) or is_byline(text):
        return 0
    below = 1
    while below < min(4, len(lines)) and (_is_section(lines[below].text) or _is_dateline(lines[below].text)):
        below += 1
    sectioned = any(_is_section(line.text) for line in lines[1:below])
    rest = lines[below:]
    if (
        not is_title(rest)
        or dateline(rest[0].text)
        or not _is_long_enough(rest[0].text)
        or ends_sentence(rest[0].text)
        and not rest[0].text.endswith(("?", "!"))
    ):
        return 0
    known = names_outlet(name) or has_an_article(name) and len(rest[0].text.split()) >= 4 or _is_claimed(name, lines)
    return below if known and (sectioned or _is_signed(rest)) or sectioned and _is_signed(rest) else 0


def _is_date_alone(text: str) -> bool:
    return len(text) <= 60 and has_date(text) and len(re.findall(r"[^\W\d_]{2,}", undated(text))) <= 1


def _is_long_enough(headline: str) -> bool:
    return len(headline) >= 6 if _is_wide(headline) else len(headline.split()) >= 3


def _is_claimed(name: str, lines: Sequence[Line]) -> bool:
    """Whether a name holds the rights to the text, or people speak to it there."""
    quoted = re.escape(name)
    claim = re.compile(
        rf"(?:(?:©|\(c\)|copyright)[\s\d,–-]{{0,20}}|\b(?:told|tells|interview with)\s(?:the\s)?){quoted}\b", re.IGNORECASE
    )
    return len(name) >= 4 and any(claim.search(line.text) for line in lines[1:])


def _is_signed(lines: Sequence[Line]) -> bool:
    """Whether a byline, a date or a dateline comes within three lines after the first."""
    return any(is_byline(line.text) or _is_dateline(line.text) or dateline(line.text) for line in lines[1:4])


def _is_section(text: str) -> bool:
    """The name of a section, or a path of such as "Business > Ports"."""
    if len(text) > 60:
        return False
    steps = [step.strip() for step in re.split(r"[>›»|/·]", text)]
    named = [bool(_SECTION.fullmatch(step) or _SECTIONS_ABROAD.fullmatch(step)) for step in steps]
    return all(steps) and (all(named) or named[0] and all(may_be_a_name(step) for step in steps))


def _menu(lines: Sequence[Line]) -> int:
    """Where the article begins: after the menu and the notices at the head of a page, if there are any."""
    head = 0
    for i, line in enumerate(lines[:40]):
        if _is_furniture(line.text):
            head = i + 1
        elif not _SECTION.fullmatch(line.text):
            break
        elif head:
            head = i + 1
    return head if head < len(lines) else 0


def _is_heading(line: Line, following: Line | None) -> bool:
    text = line.text
    if following is None or len(following.text) < 2 * len(text) and len(following.text) < 40:
        return False
    limit = 40 if _is_wide(text) else 90
    if " | " in text or _FIGURES.fullmatch(text):  # a row of a table
        return False
    return len(text) <= limit and text.rstrip(_CLOSERS)[-1:] not in tuple("。.;:,、…") and not _LIST_ITEM.match(text)


def _is_dateline(text: str) -> bool:
    return (
        len(text) <= 120
        and has_date(text)
        and not ends_sentence(text)
        and (len(_SEPARATED.split(text)) > 1 or _is_date_alone(text))
    )


def _is_signature(text: str) -> bool:
    """A line of names such as "Mara Lind, Harbour Post"."""
    words = re.findall(r"[^\W\d_][\w.'’-]*", text)
    names = sum(word[0].isupper() for word in words if word not in ("and", "of", "the", "for", "de", "van", "von"))
    return 2 <= len(words) <= 8 and len(text) <= 60 and not ends_sentence(text) and names >= 2 and names >= len(words) - 1


def assign_roles(lines: Sequence[Line], above: Sequence[Role] = (), *, title: bool = True) -> list[Role]:
    """The role of each line.

    The title is the first line that is no page furniture, if it reads as one. A byline stands in the first six lines from
    there or in the last twelve: a labelled line, or near the top a short one with a date and no full stop, or a line of
    names before such a one. From a heading such as "Related articles" on, everything is boilerplate unless a full paragraph
    (80 characters, 120 of a Latin text, with an end mark) comes later; so is everything from a line such as "Read more" on
    where no sentence comes later, and elsewhere the list items below it, and a heading such as "References" with the works below it. `title=False` looks for no title; `above` are the roles of the first lines, where
    they are known, and the title comes after these.
    """
    roles: list[Role] = []
    named = Role.TITLE in above
    above = [*above, *(_above_headline(lines[len(above) :]) if title and not named else ())]
    head = len(above)
    titled = title and not named and is_title(lines[head:])
    last_prose = max((i for i, line in enumerate(lines) if len(line.text) >= (80 if _is_wide(line.text) else 120)
                      and ends_sentence(line.text) and not _is_furniture(line.text)), default=-1)  # fmt: skip
    last_sentence = max((i for i, line in enumerate(lines) if len(line.text) >= 25 and ends_sentence(line.text)
                         and not _is_furniture(line.text)), default=-1)  # fmt: skip
    last_byline = head - 1
    in_tail = linked = referring = False
    mailed = {i for i, (a, b) in enumerate(pairwise(lines)) if _MAIL.match(a.text) and _MAIL.match(b.text)}
    mailed |= {i + 1 for i in mailed}
    for i, line in enumerate(lines):
        text = line.text
        in_tail = in_tail or (i > max(last_prose, head) and bool(_TAIL.match(text)) and len(text) <= 40)
        in_tail = in_tail or (i > max(last_sentence, head) and _ELSEWHERE_LINE.fullmatch(text) is not None)
        item = _LIST_ITEM.match(text) is not None and text[-1] not in ".。;"
        referring = _REFERENCES.fullmatch(text) is not None or referring and _REFERENCE.match(text) is not None
        linked = item and i > 0 and (linked or _ELSEWHERE_LINE.fullmatch(lines[i - 1].text) is not None)
        near_edge = i < head + 6 or i >= len(lines) - 12 or i > last_prose
        dated = i < head + 4 and _is_dateline(text)
        if i == head and titled:
            roles.append(Role.TITLE)
        elif i < head:
            roles.append(above[i])
        elif in_tail or linked or i in mailed or referring or _is_furniture(text) and not dated:
            roles.append(Role.BOILERPLATE)
        elif near_edge and len(text) <= 120 and (is_byline(text) or dated):
            roles.append(Role.BYLINE)
            last_byline = i if i < head + 6 else last_byline
        elif i > 0 and _is_heading(line, lines[i + 1] if i + 1 < len(lines) else None):
            roles.append(Role.HEADING)
        else:
            roles.append(Role.BODY)
    for i in range(head + 1, last_byline):
        if titled and _is_signature(lines[i].text) and roles[i] is not Role.BOILERPLATE:
            roles[i] = Role.BYLINE
    return _drop_orphans(lines, roles)


def _drop_orphans(lines: Sequence[Line], roles: list[Role]) -> list[Role]:
    """Headings with no body after them are furniture, what is left of the lists at the end of a page."""
    tidied = list(roles)
    for i in range(len(lines) - 1, -1, -1):
        if tidied[i] is Role.BODY:
            break
        if tidied[i] is Role.HEADING:
            tidied[i] = Role.BOILERPLATE
    return tidied


def divide(cleaned: CleanText, above: Sequence[Role] = ()) -> tuple[Block, ...]:
    """The blocks of an article in raw offsets, in order; blank lines belong to none. `above` are the roles of the first of them."""
    lines = unwrap(cleaned.text, lines_of(cleaned.text))
    roles = assign_roles(lines, above)
    return tuple(Block(*cleaned.raw_range(line.start, line.end), role) for line, role in zip(lines, roles, strict=True))


__all__ = ["Line", "assign_roles", "divide", "ends_sentence", "hard_wraps", "is_byline", "is_title", "lines_of", "unwrap"]
