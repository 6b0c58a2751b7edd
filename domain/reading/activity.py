"""An activity told in one message: what it was about, where, how many children came, who held it (plan tasks 1, 3, 14)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from domain.reading.dates import find_day
from domain.reading.folding import NUMBER, fold, number

# what it was about → the words it is told by, the most telling first (plan tasks 1, 3, 14)
THEMES: dict[str, str] = {
    "drowning": r"防溺水|溺水|水边安全",
    "traffic": r"交通|过马路|头盔|校车安全",
    "fire": r"消防|防火|逃生|煤气|煤烟|用电|灭火",
    "bullying": r"欺凌|霸凌",
    "assault": r"性侵|侵害|自我保护|防拐|拐卖",
    "drugs": r"禁毒|毒品",
    "fraud": r"诈骗|反诈",
    "internet": r"网络|上网|手机|沉迷",
    "safety": r"安全|演练|急救|防震|地震|疏散",
    "law": r"普法|法治|法律|法制|宪法|模拟法庭|民法典|未成年人保护法",
    "red": r"红色|爱国|革命|烈士|西路军|党史|纪念馆|国旗|英雄",
    "mind": r"心理|情绪|减压",
    "reading": r"读书|阅读|绘本|故事会|书屋|作业|功课|辅导",
    "culture": r"电影|观影|文艺|演出|手工|剪纸|画画|绘画|书法|唱歌|跳舞|联欢|节目|戏|非遗",
    "sport": r"运动|篮球|足球|跳绳|拔河|比赛|游戏|体育",
    "labour": r"劳动|采摘|种树|植树|研学|参观|夏令营|冬令营",
    "festival": r"六一|儿童节|中秋|端午|元宵|春节|过节|生日",
}
OTHER_THEME = "other"
# where; the catalogue of the plan's places first (task 3)
SITES: dict[str, str] = {
    "harbour": r"童心港湾",
    "sunshine": r"阳光站",
    "home": r"儿童之家",
    "square": r"广场",
    "school": r"学校|小学|中学|幼儿园|教室|操场",
    "hall": r"村委会?|村部|大队部|党群|会议室|活动室|社区",
    "library": r"书屋|图书[室馆]|文化站|文化室",
    "outside": r"公园|地里|景区|纪念馆|基地|外面|户外",
}
OTHER_SITE = "elsewhere"
# who came to hold it: the departments of the plan by slug, then the others
HELPERS: dict[str, str] = {
    "education": r"教育局|教体局",
    "police": r"派出所|公安|民警|警察|交警",
    "civil_affairs": r"民政",
    "youth": r"团县?委|共青团",
    "women": r"妇联",
    "court": r"法院|法官",
    "procuratorate": r"检察",
    "justice": r"司法[局所]",
    "fire": r"消防(?:队|站|大队|救援|员)",
    "water": r"水务局",
    "emergency": r"应急局",
    "school": r"老师|校长|学校来",
    "volunteers": r"志愿者|大学生|义工|社工|公益|爱心",
}

# held in so many words; else a crowd of children and a theme together make an activity
_HELD = re.compile(
    r"(?:搞|办)(?:了|完|过)|组织(?!部)|开展|举办|举行|放(?:了|的)?(?:一)?[场部个]?(?:露天)?电影|(?:上|讲|开)(?:了|完)[一两几]?[节堂场次]"
)
_IS_ONE = re.compile(r"活动|讲座|宣传|宣讲|演练|联欢|比赛|运动会|夏令营|冬令营|培训|班会|课")
_COUNTED = rf"(?P<{{name}}>{NUMBER})\s*(?:来|几|多|余)?\s*(?:个|名|位)?"
_CAME = re.compile(
    rf"(?:来|到|参加|共|总共|覆盖|惠及)(?:了|的|场)?(?:大概|差不多|将近|约|有)?\s*{_COUNTED.format(name='n')}(?P<who>娃娃?|孩子|小孩|儿童|学生|小朋友|人)?(?!家|次|遍|天|点|月|日|号|岁)"
    rf"|{_COUNTED.format(name='m')}(?:娃娃?|孩子|小孩|儿童|学生|小朋友|人)(?!家)"
)
_CROWD = re.compile(r"(?:娃|孩子|同学|学生|小朋友)(?:娃)?们")
_OF_A_HOME = re.compile(r"电话|视频|微信|家访|入户|走访|进门|家里|屋里|在家|爷爷|奶奶")
_NOT_YET = re.compile(
    r"(?:明天|后天|下周|下个?月|周末)?[^，。；\s]{0,6}(?:准备|打算|计划|要|想)[^，。；\s]{0,10}?(?:搞|办|组织|开展|举办|举行|讲|放)"
)
_LATER = re.compile(r"明[天儿晚早]|后天|下个?(?:周|星期|礼拜|月)")
FEWEST = 3  # fewer children are a meeting, not an activity


@dataclass(frozen=True)
class Told:
    """What one message told of an activity; None where it does not say. `day` is None where it names one still to come."""

    day: date | None
    theme: str | None
    site: str | None
    reached: int | None
    helpers: tuple[str, ...]
    to_come: bool = False


def read(words: str, ref: datetime) -> Told | None:
    """An activity told in one message, or None where it tells of none. A message about a child's home never is one."""
    said = fold(words)
    if _OF_A_HOME.search(said):
        return None
    to_come = bool(_NOT_YET.search(said))
    theme, came = first_of(THEMES, said), _CAME.search(said)
    reached = number(came["n"] or came["m"]) if came else None
    crowd = (reached is not None and reached >= FEWEST) or bool(_CROWD.search(said))
    held = bool(_HELD.search(said)) and (theme is not None or bool(_IS_ONE.search(said)))
    if not ((to_come and (theme or _IS_ONE.search(said))) or held or (theme is not None and crowd)):
        return None
    helpers = tuple(code for code, pattern in HELPERS.items() if re.search(pattern, said))
    day = find_day(words, ref).day
    return Told(
        None if _LATER.search(said) and not to_come else day if isinstance(day, date) else ref.date(),
        theme,
        first_of(SITES, said),
        reached,
        helpers,
        to_come,
    )


def first_of(table: dict[str, str], words: str) -> str | None:
    return next((code for code, pattern in table.items() if re.search(pattern, words)), None)
