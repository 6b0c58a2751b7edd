"""The columns of a county's roster: their headings, what else people call them, and what they may hold.

Headings are the county's own words (the 2016 national form and the plan's task 9), so they stand here as data and not
in locales: a roster is a Chinese document whatever language its reader has.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from domain.children import Label, Relation, Sex, Tier

SEX_WORDS = {Sex.MALE: "男", Sex.FEMALE: "女"}
TIER_WORDS = {Tier.RED: "红", Tier.YELLOW: "黄", Tier.GREEN: "绿"}
LABEL_WORDS = {
    Label.LEFT_BEHIND: "留守",
    Label.ORPHAN: "孤儿",
    Label.DE_FACTO_UNATTENDED: "事实无人抚养",
    Label.LOW_INCOME: "低保",
    Label.NEAR_LOW_INCOME: "低保边缘",
    Label.DESTITUTE: "特困",
    Label.ILL_OR_DISABLED: "病残",
    Label.SINGLE_PARENT: "单亲",
    Label.IMPROPER_GUARDIANSHIP: "监护不当",
    Label.MIGRANT: "流动",
    Label.OTHER: "其他",
}
RELATION_WORDS = {
    Relation.FATHER: "父亲",
    Relation.MOTHER: "母亲",
    Relation.PATERNAL_GRANDPARENT: "祖父母",
    Relation.MATERNAL_GRANDPARENT: "外祖父母",
    Relation.RELATIVE: "伯叔姑舅姨",
    Relation.SIBLING: "兄姐",
    Relation.NEIGHBOUR: "邻居",
    Relation.OTHER: "其他",
}
GUARDIAN_STATES = (
    "正常", "外出务工", "重残", "重病", "服刑在押", "强戒", "限制人身自由",
    "失联", "死亡", "失踪", "撤销资格", "遣送出境", "离异不履责",
)  # fmt: skip
SCHOOL_STATES = ("未入园", "幼儿园", "小学", "初中", "高中", "中职", "特教学校", "在学", "辍学", "不在学")
HEALTH_STATES = ("健康", "患病", "残疾")
YES_NO = ("是", "否")
PEOPLES = ("汉族", "回族", "藏族", "裕固族", "蒙古族", "东乡族", "土族", "满族")


@dataclass(frozen=True)
class Column:
    """One column. `choices` are offered in the template; whether other words are read is the reader's affair."""

    key: str
    heading: str
    hint: str
    example: str = ""
    synonyms: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    required: bool = False
    width: int = 12


_PHONE_HINT = "11位手机号码"
_STATE_HINT = "从列表中选; 外出务工、服刑在押等如实选, 不清楚可空着"
COLUMNS: tuple[Column, ...] = (
    Column("name", "姓名", "2至20个汉字, 可以有·", "示例:王小苗", ("名字", "姓名名字", "儿童", "孩子"), required=True),
    Column("sex", "性别", "男或女; 有身份证号可空着", "男", ("男女",), tuple(SEX_WORDS.values()), width=7),
    Column(
        "birth_date", "出生日期", "如2016-05-08; 有身份证号可空着", "2016-05-08",
        ("出生年月日", "出生年月", "生日", "出生", "出生时间", "公历生日"), width=13,
    ),
    Column("id_no", "身份证号", "18位, 先把单元格设为文本再填", "620799201605080119",
           ("身份证号码", "身份证", "证件号码", "证件号", "公民身份号码", "公民身份证号码", "居民身份证号", "居民身份证号码"),
           width=22),
    Column("ethnicity", "民族", "如汉族、回族", "汉族", (), PEOPLES, width=9),
    Column("town", "乡镇", "从列表中选", "新坝镇",
           ("镇", "乡", "镇乡", "所属乡镇", "所在乡镇", "乡镇名称", "乡镇街道", "街道乡镇", "镇街", "镇名"),
           required=True),
    Column("village", "村/社区", "先选乡镇, 再选村; 两个小坝村要分清乡镇", "小坝村",
           ("村", "社区", "村居", "行政村", "村名", "所在村", "所属村", "村名称", "村委会", "村居委会", "村居名称",
            "所属村居", "所在村居", "所在村社区", "村社区名称", "建制村"), required=True),
    Column("address", "家庭住址", "到社、组和门牌", "小坝村三社12号",
           ("住址", "地址", "家庭地址", "详细地址", "现住址", "现居住地", "居住地址", "家庭详细住址", "详细住址", "居住地",
            "现居住地址"), width=24),
    Column("labels", "儿童类别", "可以填几个, 中间用、隔开: " + "、".join(LABEL_WORDS.values()), "留守、低保",
           ("类别", "类型", "儿童类型", "人员类别", "困境类型", "困境类别", "困境儿童类型", "困境儿童类别", "儿童属性",
            "对象类别", "对象类型"), tuple(LABEL_WORDS.values()), width=18),
    Column("father_name", "父亲姓名", "", "王建国", ("父亲", "父", "爸爸")),
    Column("father_phone", "父亲电话", _PHONE_HINT, "10012345678", width=14),
    Column("father_state", "父亲状况", _STATE_HINT, "外出务工", (), GUARDIAN_STATES),
    Column("mother_name", "母亲姓名", "", "李丽", ("母亲", "母", "妈妈")),
    Column("mother_phone", "母亲电话", _PHONE_HINT, "10012345679", width=14),
    Column("mother_state", "母亲状况", _STATE_HINT, "正常", (), GUARDIAN_STATES),
    Column("carer_name", "照护人姓名", "现在和孩子一起住、照看孩子的人", "张桂兰"),
    Column("carer_relation", "照护人关系", "照护人是孩子的什么人", "祖父母",
           ("关系", "与儿童关系", "与本人关系", "与孩子关系", "与监护人关系", "与照护人关系", "与被照护人关系",
            "与被监护人关系", "监护关系", "照护关系"), tuple(RELATION_WORDS.values())),
    Column("carer_phone", "照护人电话", _PHONE_HINT, "10012345670",
           ("电话", "联系电话", "联系方式", "手机", "手机号", "手机号码", "电话号码", "家庭电话"), width=14),
    Column("carer_id_no", "照护人身份证号", "18位; 照护人要满18周岁", "620799195803192463", width=22),
    Column("school", "学校", "", "新坝镇中心小学", ("就读学校", "学校名称", "所在学校", "就学学校", "在读学校", "学校班级", "学校年级", "学校及班级", "学校及年级",
            "就读学校班级", "就读学校年级", "就读学校及班级", "就读学校及年级"), width=18),
    Column("grade", "年级", "", "三年级", ("班级", "年级班级", "就读年级", "所在年级", "年级班"), width=9),
    Column("boarding", "是否寄宿", "是或否", "否", ("寄宿", "住校", "是否住校", "是否寄宿生", "寄宿情况"), YES_NO, width=9),
    Column("school_status", "就学状况", "从列表中选", "小学",
           ("就学情况", "就读情况", "就读状况", "在读情况", "上学情况", "学业状况", "就学", "就读状态", "就学状态"),
           SCHOOL_STATES),
    Column("health", "健康状况", "健康、患病或残疾, 也可以写病名", "健康",
           ("健康", "身体状况", "身体情况", "健康情况", "健康状态"), HEALTH_STATES),
    Column("disability", "残疾类别等级", "如肢体二级", "",
           ("残疾类别", "残疾等级", "残疾类型", "残疾情况", "残疾类别及等级", "残疾类型及等级", "残疾种类等级")),
    Column("tier", "风险等级", "红、黄、绿; 空着按绿", "绿",
           ("风险", "等级", "风险级别", "风险类别", "关爱等级", "风险评估等级", "分级"), tuple(TIER_WORDS.values()),
           width=9),
    Column("note", "备注", "", "", ("说明", "备注说明", "其他说明"), width=20),
    Column("file_no", "档案号", "系统编的号, 新的孩子空着", "",
           ("档案编号", "编号", "儿童档案号", "儿童编号", "建档编号"), width=18),
)  # fmt: skip
BY_KEY = {column.key: column for column in COLUMNS}

# Headings made of a person and a thing: 监护人联系电话, 爸爸手机号, 学生姓名.
_PERSONS = {
    "father": "父亲|爸爸|父|爸",
    "mother": "母亲|妈妈|母|妈",
    "carer": "(?:实际|主要|现|委托)?(?:照护人|监护人|照料人|看护人|照顾人|抚养人)|被委托人|受托人|受委托人|家长|家属",
    "": "儿童|孩子|学生|本人|未成年人|被监护人|少年儿童|留守儿童|困境儿童|对象",
}
_THINGS = {
    "name": "姓名|名字|名称",
    "phone": "(?:联系|手机|移动)?(?:电话|手机)(?:号码|号)?|联系方式|联系号码",
    "state": "状况|情况|状态|现状|现况|目前状况|(?:外出)?(?:务工|打工)(?:情况|状况|状态)",
    "relation": "(?:与|和)?(?:儿童|孩子|本人|学生|被监护人|被照护人)?的?关系",
    "id_no": "(?:居民|公民)?(?:身份证|身份|证件)(?:号码|号)?",
    "sex": "性别", "birth_date": "出生日期|出生年月日?|生日", "ethnicity": "民族", "labels": "类别|类型",
}  # fmt: skip
_COMPOSED = tuple(
    (re.compile(f"(?:{person})的?(?:{thing})"), f"{prefix}_{key}" if prefix else key)
    for prefix, person in _PERSONS.items()
    for key, thing in _THINGS.items()
)
_ALONE = re.compile(f"(?:{_PERSONS['carer']})")


def normal_heading(text: str) -> str:
    """A heading without stars, spaces, brackets with their contents and punctuation: 「姓  名（必填）*」 → 姓名."""
    said = re.sub(r"[((\[【].*?[))\]】]", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"[^\w]", "", said).replace("_", "").lower()


@lru_cache(maxsize=1)
def _by_heading() -> dict[str, tuple[Column, bool]]:
    """A column's own heading goes before another one's synonym, an earlier column's synonym before a later one's."""
    known: dict[str, tuple[Column, bool]] = {normal_heading(column.heading): (column, True) for column in COLUMNS}
    for column in COLUMNS:
        for synonym in column.synonyms:
            known.setdefault(normal_heading(synonym), (column, False))
    return known


@lru_cache(maxsize=4096)
def column_for(heading: str) -> tuple[Column, bool] | None:
    """The column this heading means, and whether it is that column's own heading; None when it is none of ours.

    父亲身份证号 is none of ours, and so is never taken for the child's ID number.
    """
    said = normal_heading(heading)
    if not said:
        return None
    if known := _by_heading().get(said):
        return known
    for pattern, key in _COMPOSED:
        if key in BY_KEY and pattern.fullmatch(said):
            return BY_KEY[key], False
    return (BY_KEY["carer_name"], False) if _ALONE.fullmatch(said) else None
