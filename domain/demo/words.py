"""What invented directors wrote: short, as people type on a phone, slips of the pen and all (domain.md 3.6a, 7.11).

Nothing here reads as a sign of harm: a test runs every sentence through domain.reading.signs. The words of the reports
of 甲村 stand apart, in cases.py.
"""

from __future__ import annotations

NOTES = (
    "一切正常", "家里收拾得干净", "冬衣都买上了", "炉子看了，烟筒通着呢", "提醒了不去渠边耍", "娃长高了，鞋小了一号",
    "讲了过马路要看灯", "给留了我的电话，有事就打", "发了防溺水的单子", "看了疫苗本，都打齐了", "补贴都按时到账",
    "娃儿挺好的，见人就笑", "电话里聊了十分钟", "周末带去镇上理了发",
)  # fmt: skip
SCHOOL_NOTES = (
    "娃精神好，作业写完了", "说期中考试数学有进步", "娃跟我说想当老师", "老师说上课爱举手", "娃儿挺好的就是作业写的慢",
    "９月份学费交了", "娃话多了，讲学校的事", "见了班主任，说表现可以", "学校营养餐吃得惯", "娃爱看书，借了两本",
    "普通话说得好多了",
)  # fmt: skip
AWAY_NOTES = (
    "上礼拜视频过", "说腊月二十回来", "转来2000块生活费", "在工地上，说年底回", "从外地寄了冬衣", "说国庆能回来几天",
)  # fmt: skip
GRANDPARENT_NOTES = (
    "老人身体硬朗", "老人在地里，娃在家里", "老人腿疼，说过两天去卫生院看看", "养老金按时到账",
)  # fmt: skip
WISHES = (
    "想要一个新书包", "想学画画", "想买一双运动鞋", "想去县城图书馆", "想养一只小狗", "想学打篮球", "想去看火车",
)  # fmt: skip
AWAY_WISHES = ("想让家里人早点回来过年", "想多视频几次", "想去爸妈打工的地方看看")

# part of the visit form's checklist → what the worry was, and how it was solved
WORRIES: dict[str, tuple[tuple[str, str], ...]] = {
    "home": (
        ("窗户玻璃裂了，屋里冷", "村上找人换了玻璃"),
        ("烟囱该清了，冬天生炉子要小心", "和村干部一起清了烟囱，装了报警器"),
        ("炕上被子薄，过冬不够", "镇上送了两床棉被"),
    ),
    "food": (
        ("生活费这个月还没到", "已联系上，钱到了"),
        ("早饭老是凑合，吃得少", "跟家里说好了早上煮鸡蛋，学校有加餐"),
        ("冬天的棉衣小了", "爱心超市领了棉衣"),
    ),
    "body": (
        ("有两颗牙要补", "带去卫生院补了"),
        ("看黑板眯眼，可能近视了", "配了眼镜"),
        ("入冬以来老咳嗽", "去县医院看了，吃药后不咳了"),
    ),
    "study": (
        ("数学跟不上，作业没人辅导", "放学后托管班给补课"),
        ("写字慢，老师说要多练", "大学生志愿者每周视频辅导"),
        ("英语考了四十几分，有点灰心", "老师安排了结对同学"),
    ),
    "mood": (
        ("这几天话少，有点想家里人", "约好每周六晚上视频，情绪好多了"),
        ("换了班，还没交到朋友", "班主任调了座位，有伴了"),
        ("手机看得多，睡得晚", "跟家里商量了手机晚上放柜上"),
    ),
    "guardian": (
        ("家里人手少，接送吃力", "和邻居说好顺路接送"),
        ("家里人陪得少，半个月才见一面", "说好了每周至少陪一天"),
        ("家里没人辅导得了作业", "学校延时班报上了名"),
    ),
    "safety": (
        ("门口渠边路滑", "报村委会，装了栏杆"),
        ("骑车上学不戴头盔", "交警送了头盔，讲了安全"),
        ("屋里插座旧了，该换", "电工来换了插座"),
    ),
    "other": (
        ("户口本还在外地，办事不方便", "寄回来了"),
        ("转学手续没办完", "教育上帮着办完了"),
    ),
}
# a need of the visit form → the words it is kept under (those of locales/zh_CN/visit.po), and how it was met
NEEDS: dict[str, tuple[str, str]] = {
    "clothes": ("衣物用品", "镇上送来了衣物"),
    "money": ("钱", "申请了临时救助，已发放"),
    "study": ("学业辅导", "志愿者每周辅导一次"),
    "medical": ("看病", "陪着去县医院看了"),
    "mind": ("心理", "心理老师来过两次"),
    "policy": ("办政策", "材料交齐，已办下来"),
    "company": ("陪伴", "“爱心妈妈”结了对子"),
    "other_need": ("其他", "已解决"),
}


def sentences() -> tuple[str, ...]:
    """Every sentence that may stand in a record outside of 甲村's reports."""
    pairs = [pair for found in WORRIES.values() for pair in found] + list(NEEDS.values())
    notes = (*NOTES, *SCHOOL_NOTES, *AWAY_NOTES, *GRANDPARENT_NOTES, *WISHES, *AWAY_WISHES)
    return (*notes, *(text for pair in pairs for text in pair))
