"""Page furniture: the lines with which web pages, newsletters and mails frame an article.

The phrases are those of Chinese, English, Japanese and other pages; none knows any particular site. Lines have
full-width forms narrowed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.text.lines import TERMINAL, Line, ends_sentence, is_wide

# Whole lines that pages put around an article. English and Chinese texts use the shorter ones as words of their own.
_WORDS = (
    r"home(?:page)?|menu|search|close|listen|repost|share|save|print|e-?mail|follow|like|copy link|facebook|twitter|x|linkedin|whatsapp|reddit|pinterest|telegram|"
    r"unsubscribe|(?:update|manage) (?:your )?(?:email )?preferences|view in browser|instagram|youtube|tiktok|rss|advertisement|ad|ads|sponsored|subscribe|newsletters?|cookies|register|about(?: us)?|contact(?: us)?|faqs?|careers|"
    r"sitemap|help|next|previous|prev|trending|recommended|most read|reply|report|log ?in|log ?out|sign (?:in|up|out)|back|more|top|tags|tweet|"
    r"首页|首頁|登录|登錄|注册|註冊|搜索|微信|微博|新浪微博|qq空间|qq|朋友圈|分享|收藏|点赞|點贊|赞|评论|評論|发送|發送|举报|舉報|广告|廣告|关闭|關閉|"
    r"返回|更多|下一篇|上一篇|换一换|換一換|打印|复制链接|複製連結|阅读简体中文版|閱讀繁體中文版|leer en español|read in english|在看|阅读原文|閱讀原文|看全文|查看全文|写评论|寫評論|展开全文|收起|关注者|被浏览|关于我们|關於我們|联系我们|聯繫我們|隐私政策|隱私政策|"
    r"シェア|コメント|ツイート|おすすめ|ホーム|検索|メニュー|ログイン|広告|댓글|공유|검색|로그인"
)
_WORDS_ABROAD = (
    r"s['’]abonner|se connecter|s['’]inscrire|mentions légales|nous contacter|partager|imprimer|commentaires|publicité|accueil|partagez|article réservé aux abonnés|réservé aux abonnés|"
    r"abonnieren|abo|anmelden|registrieren|impressum|datenschutz(?:erklärung)?|kontakt|teilen|drucken|kommentare|anzeige|werbung|startseite|agb|"
    r"suscr[ií]bete|suscribirse|iniciar sesión|registrarse|aviso legal|contacto|compartir|comparte|imprimir|comentarios|publicidad|inicio|"
    r"abbonati|accedi|registrati|note legali|contatti|condividi|stampa|commenti|pubblicità|"
    r"assine|assinar|entrar|contato|compartilhe|partilhe|compartilhar|partilhar|comentários|publicidade|aviso legal|política de privacidade|"
    r"abonneren|inloggen|delen|advertentie|privacy|reacties|prenumeruj|zaloguj(?: się)?|udostępnij|reklama|kontakt|polityka prywatności|"
    r"подписаться|подписка|войти|поделиться|реклама|контакты|комментарии|abone ol|giriş yap|paylaş|reklam|iletişim"
)
_WORD_LINE = re.compile(
    rf"(?:{_WORDS}|{_WORDS_ABROAD})(?:[\s|/·•,>»\u2013\u2014-]+(?:{_WORDS}|{_WORDS_ABROAD})){{0,20}}[\s:.>»]*", re.IGNORECASE
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
    r"اقرأ (?:أيضا|أيضًا|أيضاً|المزيد)|شاهد أيضا|함께 볼 만한 기사|читайте (?:также|ещ[её])|читать (?:далее|также)|см\. также|по теме|ayrıca okuyun|ilgili haberler|läs (?:också|mer)|læs også"
)
_ELSEWHERE_LINE = re.compile(rf"(?:{_ELSEWHERE})(?:\s*[:>»\u2192\u203a\u2026.]+)?", re.IGNORECASE)
_ELSEWHERE_LABEL = re.compile(rf"(?:{_ELSEWHERE})\s*(?:[:|>»\u2192\u203a]|[\u2013\u2014-]\s)\s*\S", re.IGNORECASE)
_ADVERT = re.compile(
    r"(?:advertisement|advertising|anzeige|werbung|publicité|publicidad|publicidade|pubblicità|advertentie|reklama|реклама|reklam)\s*(?:[:|\u2013\u2014]|-\s)\s*\S",
    re.IGNORECASE,
)
# Labels of captions, with the caption behind them or, after a comma, in the next line.
_CAPTION = re.compile(
    r"(?:image|media|photo|video|picture) (?:caption|source|credit)\s?[,:]|(?:bildunterschrift|bildquelle|foto|bild|l\u00e9gende|cr\u00e9dit(?: photo)?|pie de foto)\s?:\s?\S|.{10,200}[.)\s](?:photo|foto|credit|image|bild)\s?[:/]\s?(?-i:[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,3})\s?[)\]]?$",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"(?:media|press|investor|news) (?:contacts?|inquiries|enquiries|relations|office)s?\s?:?|contacts?(?: for (?:media|press|editors|journalists))?\s?:|for (?:more|further) information(?:,? (?:please )?contact)?\s?:|notes? to editors?\s?:?"
    r"|pressekontakt\s?:?|contacts? presse\s?:?|contacto (?:de|para) prensa\s?:?|(?:\u5a92\u4f53|\u5a92\u9ad4|\u65b0\u95fb|\u65b0\u805e)(?:\u8054\u7cfb|\u8054\u7edc|\u806f\u7d61|\u806f\u7e6b)\S{0,4}:?",
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
_COUNT = (
    r"(?:阅读|閱讀|浏览|瀏覽|点击|點擊|点赞|點贊|赞|讚|收藏|评论|評論|转发|views?|likes?|shares?|comments?)\s*[(:]?\s*\d[\d.,]*\s*[万萬kKwW]?\+?\s*次?\)?"
    r"|\d[\d.,]*\s*[万萬]?\+?\s*(?:人(?:赞同|贊同|喜欢|喜歡|收藏)了?(?:该|該|这篇|這篇)\S{2,4}|(?:条|條|个|個)(?:评论|評論|回复|回覆|留言))"
    r"|\d[\d.,]*\s*[万萬kKwW]?\+?\s*(?:阅读|閱讀|浏览|瀏覽|点赞|點贊|赞|讚|收藏|评论|評論|views?|likes?|shares?|comments?|min(?:ute)?s? read|min(?:ute)?s? to read|points?|upvotes?)"
    r"|(?:在看|tempo di lettura|temps de lecture|tiempo de lectura|tempo de leitura|lesezeit|lesedauer|leestijd|reading time|время чтения)\s*:?\s*(?:ca\.? |≈ ?)?\d{1,7}(?:\s?(?:min\w*\.?|мин\w*\.?))?"
)
_COUNTED = re.compile(rf"(?:{_COUNT})(?:\s+(?:{_COUNT})){{0,4}}", re.IGNORECASE)
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
    r"|广告[:(]|廣告[:(]|赞助[:]|贊助[:]|标签[:]|標籤[:]|关键词[:]|關鍵詞[:]|[©ⓒ]|저작권자|\(c\)\s|copyright\b|all rights reserved|版权声明|版權聲明|免责声明|免責聲明|声明[:]|聲明[:]|网址[:]|網址[:]|原文链接|本文链接"
    r"|\S{0,2}ICP[备備证證]|\S{0,3}公网安备"
    r"|related (?:articles?|stories|story|posts?|links?|news|reading|content|topics)\b|recommended (?:for|reading|stories|articles|posts|videos)|you (?:may|might) (?:also )?(?:like|be interested)"
    r"|more (?:from|stories|on this|news|in)\b|most (?:read|popular|viewed|shared)\b|trending (?:now|stories|topics|on)|what(?:'s|’s) trending|read (?:more|next|also)\b|also read\b|see also\b|see (?:all|more)\b|view (?:all|more|comments)\b|further reading"
    r"|leave a (?:comment|reply)|post a comment|join the (?:conversation|discussion)|share (?:this|on|via)\b|skip (?:to|advert\w*)\b|-{2,} ?(?:original|forwarded) message|listen to this (?:article|story)|tags?[:]|filed under|topics[:]|categor(?:y|ies)[:]|keywords[:]"
    r"|about the authors?\b|click here\b|tap here\b|continue reading|story continues|article continues|(?:enter )?your e-?mail(?: address)?\b|accept (?:all|cookies)|reject (?:all|cookies)|manage (?:cookies|preferences|consent)"
    r"|cookie (?:policy|settings|preferences|consent|notice)|terms (?:of (?:use|service)|and conditions|& conditions)|privacy (?:policy|notice)|back to top|disclaimer[:]|disclosure[:]|get our app\b|advertise with|sponsored (?:content|post|by)\b|paid (?:content|post)\b"
    r"|(?:free )?(?:daily|weekly|monthly|morning|evening) (?:e-?mail )?newsletters?\b|(?:after|skip past) newsletter promotion|page \d+ of \d+|print(?:ed)? (?:this (?:page|article)|from)\b"
    r"|url: ?(?:https?:|www)|view (?:this|it) (?:e-?mail |message |newsletter )?(?:in your|online)|press enter or click to view|purchase licensing rights"
    r"|subscribe (?:now|today|to (?:our|the|this)|here|for)\b|follow us\b|log in to\b|sign (?:in|up) (?:to|for|with|here|now)\b"
    r"|関連(?:記事|リンク)|おすすめ(?:記事|の)|もっと見る|続きを読む|あわせて読みたい|人気記事|記事ランキング|コメント(?:する|欄|\s*[(]?\d)|この記事を(?:シェア|共有)|関連キーワード|관련 ?기사|많이 본"
    r")",
    re.IGNORECASE,
)
# Beginnings of notices that are furniture though they are sentences.
_NOTICE = re.compile(
    r"our standards:|sign up here\b|you (?:have )?received this (?:e-?mail|message|newsletter)\b|this (?:issue|newsletter|episode|e-?mail) (?:is|was) (?:brought to you|sponsored|supported) by\b"
    r"|this (?:interview|conversation|q&a|transcript) (?:has been|was) (?:lightly |slightly )?(?:edited|condensed)\b|this (?:press |news )?release (?:contains|includes|may contain) (?:certain )?[\"“]?forward[- ]looking"
    r"|подписывайтесь на\b|следите за нами|puedes seguir a .{1,60} en (?:facebook|x|twitter|instagram)\b|síguenos en\b|suivez[- ]nous sur\b|folgen sie uns\b|seguici su\b|siga-nos\b|dieser artikel ist (?:nur )?für abonnent"
    r"|(?:この記事は)?(?:有料)?会員限定|この記事は(?:有料)?会員限定|본 기사는 유료|.{0,8}点个[“”「」\"']{0,2}(?:在看|赞)|本[網网]站之?(?:文字|[内內]容)|(?:下载|下載).{0,12}(?:APP|客户端|客戶端)|(?:关注|關注)(?:.{0,8}(?:公众号|公眾號|微信)|(?:我们|我們)(?=$|[!:,。~]))|(?:这是|本文是).{0,20}第 ?\d+ ?篇|全文(?:共|约)? ?\d+ ?字|(?:欢迎|记得|喜欢本文|觉得不错).{0,8}(?:点赞|转发|关注|在看)|(?:商务|广告|投稿|转载|内容)(?:合作|投放).{0,6}(?:请|联系|:)|(?:特别|特別|免责|免責|版权|版權|郑重|鄭重)(?:声明|聲明)[:]|notice: the content above|网友评论仅供|網友評論僅供|(?:本文|该文|該文|文中|以上)(?:观点|觀點|内容|內容)?(?:仅|僅)(?:代表|供)|文章(?:版权|版權)|未经(?:授权|许可|允许)|未經(?:授權|許可|允許)"
    r"|(?:we|this (?:web)?site|our (?:web)?site) uses? cookies|by (?:continuing|using|browsing|clicking|signing up|subscribing)\b.{0,60}\b(?:site|cookies?|agree|consent|accept)"
    r"|(?:subscribe to|sign up (?:for|to)|join) (?:our|the|my) .{0,40}(?:newsletter|mailing list|channel|list|updates)|get .{0,60}\b(?:in|to) your inbox|(?:delivered )?(?:straight |directly )?to your inbox"
    r"|.{0,200}\b(?:sign up|subscribe|register) here\W*$|privacy (?:policy|notice): ?newsletters\b|this live ?blog is (?:now )?closed|(?:if )?someone forwarded (?:you )?this"
    r"|you(?:['’]re| are) receiving this\b|you can (?:update|change|manage) your (?:preferences|subscription)|to unsubscribe\b|want to change how you receive"
    r"|follow us on\b|all rights reserved|your email address will not be published|required fields are marked|please (?:enable javascript|log in|sign in)|you must be logged in|a version of this (?:article|story) appear|audio (?:produced|by)\b|this e-?mail (?:and any|is|may)\b|(?-i:[A-Z])\S+ (?-i:[A-Z])\S+ is an? (?:[\w-]+ ){0,3}(?:reporter|correspondent|columnist|staff writer|freelance (?:writer|journalist))\b|thank(?:s| you) for (?:reading|subscribing)|(?:欢迎|歡迎)(?:在|到|于)?.{0,6}(?:评论区|評論區|留言)"
    r"|(?:view|download) (?:the|our|this) (?:app|pdf)\b|無断転載|本サイトでは(?:クッキー|cookie)|무단 ?전재",
    re.IGNORECASE,
)
# Headings after which, at the end of a page, only lists of other pages and comment boxes follow.
_TAIL = re.compile(
    r"(?:往期(?:推荐|回顾|精选|文章|推薦|回顧|精選)|相关(?:推荐|阅读|文章|新闻)|相關(?:推薦|閱讀|文章|新聞)|推荐(?:阅读|内容|文章|科技快讯)|推薦(?:閱讀|內容|文章)|为你推荐|為你推薦|猜你喜欢|猜你喜歡|延伸(?:阅读|閱讀)|更多(?:内容|精彩|文章|新闻)|"
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
    r"^[((\[【]?\s*(?:(?:资料|資料|示意|配|题|題)[图圖]|图片?来源|圖片?來源|图源|圖源|图片?来自|圖片?來自|图\s?[:|丨]|圖\s?[:|丨]|题图|題圖|视觉中国|視覺中國|(?:photo(?:graph)?|image|picture|illustration)s?(?: credit| by| courtesy of)?\s*:|photo(?:graph)? by\b|image credit|getty images|写真[:]|写真提供|画像[:])"
    r"|^[\u25b2\u25b3\u25bc\u25bd]|(?:供图|供圖|[图圖]\s?/\s?\S{2,12})[)\]】]?$|[(/\s](?:记者|記者)?[\u4e00-\u9fff]{2,6}[摄攝][)\]】]?$"
    r"|(?:图源|圖源|图片来源|圖片來源|摄影|攝影|photo by|image credit|courtesy of)\s*[:/]?\s*\S{1,20}\s*[)\]】]?$",
    re.IGNORECASE,
)
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


def is_furniture(text: str) -> bool:
    """Whether a line is furniture by itself: a word of a menu, a caption, a count, a link, a call, a notice or a rule."""
    text = text.lstrip("> ")
    bare = text.lstrip("([ ")
    if len(text) <= 60 and _PICTURE.search(text):
        return True
    if len(text) <= 250 and (
        _CAPTION.match(text)
        and not ends_sentence(text)
        or _ELSEWHERE_LINE.fullmatch(text)
        or _CALL.match(text)
        or (_ELSEWHERE_LABEL.match(text) or len(text) <= 90 and _ADVERT.match(text))
        and text[-1] not in TERMINAL.replace("?", "").replace("!", "")
    ):
        return True
    if re.fullmatch(r"[\u00b7\u2022|]|[-=*_~#+]{2,}|[-=*_~#+. ]{4,}", text):  # a rule
        return True
    if _WORD_LINE.fullmatch(text) or _COUNTED.fullmatch(text) or _CRUMBS.fullmatch(text):
        return True
    legal = len(_LEGAL.findall(text[:300]))
    if _FURNITURE.match(text) and (legal or len(text) <= (40 if is_wide(text) else 90) and text[-1:] not in ("。", ".")):
        return True
    if _NOTICE.match(bare) and len(text) <= (80 if is_wide(text) else 250):
        return True
    return legal >= 2 and len(text) <= 300


def framed(lines: Sequence[Line], after: int) -> set[int]:
    """The numbers of the lines that are captions below a label such as "Image caption,", and, behind the line numbered `after`,
    whom to ask, below one such as "Media contact:"."""
    found: set[int] = set()
    for i, line in enumerate(lines):
        if re.fullmatch(r"(?:image|media|video) (?:caption|source)\s?,", line.text, re.IGNORECASE) and i + 1 < len(lines):
            found |= {i, i + 1} if len(lines[i + 1].text) <= 200 else {i}
        elif i > after and _CONTACT.fullmatch(line.text):
            end = i + 1
            while end < len(lines) and end - i <= 8 and len(lines[end].text) <= 80 and not ends_sentence(lines[end].text):
                end += 1
            found |= set(range(i, end))
    return found


def leads_elsewhere(text: str) -> bool:
    """Whether a line such as "Read more" does nothing but introduce links to other articles."""
    return _ELSEWHERE_LINE.fullmatch(text) is not None


def begins_tail(text: str) -> bool:
    """Whether a line is a heading such as "Related articles", below which a page's end has no more of the article."""
    return _TAIL.match(text) is not None and len(text) <= 40


def mail_headers(lines: Sequence[Line]) -> set[int]:
    """The numbers of the lines with which a forwarded mail begins: two or more such as "From: …" in a row."""
    headers = {i for i, (a, b) in enumerate(pairwise(lines)) if _MAIL.match(a.text) and _MAIL.match(b.text)}
    return headers | {i + 1 for i in headers}


def works_cited(lines: Sequence[Line]) -> set[int]:
    """The numbers of the lines that are a heading such as "References", or one of the works that follow on it."""
    cited: set[int] = set()
    for i, line in enumerate(lines):
        if _REFERENCES.fullmatch(line.text) or i - 1 in cited and _REFERENCE.match(line.text):
            cited.add(i)
    return cited


__all__ = ["begins_tail", "framed", "is_furniture", "leads_elsewhere", "mail_headers", "works_cited"]
