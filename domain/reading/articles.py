"""Forwarded articles, notices and chain messages: other people's words, neither a log nor a sign of harm."""

from __future__ import annotations

import re

from domain.reading.folding import fold

# Words a worker does not use in a note. Two different ones make an article of a long text; a link or a headline counts.
_MARKS = tuple(
    re.compile(regex)
    for regex in (
        r"https?://|www\.|公众号|点击(?:上方|下方|链接|阅读|蓝字|关注|此处)|阅读原文|长按|扫码|二维码|转发(?:给|至|到|朋友圈)|请转发|转发周知|扩散",
        r"^[\s]*(?:【[^】]{2,40}】|《[^》]{2,40}》|#[^#]{2,30}#)",
        r"记者|本报讯|新华社|央视|通讯员|责任?编辑?[:：]|来源[:：]|作者[:：]|据[^，。]{2,14}(?:报道|消息|通报|统计)",
        r"近日|日前|(?:19|20)[0-9]{2}年[^，。]{0,12}(?:某|一名|一起)|[^，。]{1,3}某某?(?=[，。（(\u4e00-\u9fff])|(?:被告人|犯罪嫌疑人|受害人|被害人|当事人|公诉机关|检察院依法|法院(?:认为|判决|审理))",
        r"第[一二三四五六七八九十百0-9]+条(?:规定)?|《[^》]{4,30}(?:法|条例|办法|意见|通知|规定|方案)》|根据[^，。]{2,20}(?:法|条例|要求|精神)|各(?:村|乡镇|单位|学校|位)(?:要|请|儿童|家长|主任)|特此通知|现将",
        r"家长(?:朋友|们)|温馨提示|安全提示|警惕|提醒(?:广大|您)|专家(?:表示|建议|提醒)|为什么[^，。]{2,12}[？?]|(?:一|二|三|四)、|(?:首先|其次|最后)[，,]",
        r"案例[一二三0-9:：]|以案(?:说|释)法|典型案例|普法|知识问答|倡议书|公开信|致家长|防[^，。]{1,4}(?:口诀|指南|手册)",
    )
)
_OURS = re.compile(r"我(?:今天|昨天|刚|去|到|在|给|看|问|又|就|已经)|(?:今天|昨天|刚才|刚刚|前天)(?:上午|下午|晚上|早上)?(?:我|去|到|在|给|走访|入户|家访|打)|入户|家访|打(?:了)?(?:个)?电话")
_LONG = 60


def is_article(text: str) -> bool:
    """Whether the text was written for the public rather than by the worker about a child."""
    folded = fold(text[:4000])
    if len(folded) < _LONG:
        return False
    marks = sum(1 for mark in _MARKS if mark.search(folded))
    return marks >= (3 if _OURS.search(folded) else 2)
