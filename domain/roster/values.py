"""What one cell says: dates, choices and plain text as people really type them into rosters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from domain.children import Label, Relation, Sex, Tier
from domain.roster.columns import (
    GUARDIAN_STATES,
    RELATION_WORDS,
    SCHOOL_STATES,
    TIER_WORDS,
)
from domain.roster.problems import PROBLEMS

Cell = str | int | float | bool | date | datetime | time | timedelta | None

# What people write for "nothing here".
_BLANK = {
    "",
    "无",
    "没有",
    "/",
    "\\",
    "-",
    "--",
    "—",
    "——",
    "不详",
    "不清楚",
    "未知",
    "空",
    "n/a",
    "#n/a",
    "null",
    "none",
}
_EXCEL_DAY_0 = date(1899, 12, 30)
_SERIALS = range(20_000, 60_000)  # 1954 to 2064
_LUNAR = re.compile(r"[农阴]历|[正冬腊]月|初[一二三四五六七八九十]|廿")
_NUMERALS = str.maketrans("〇零一二三四五六七八九", "00123456789")


@dataclass(frozen=True)
class Problem:
    """One thing wrong (or doubtful) in one row: the column's key, a code, and what its words need.

    Params may hold what the cell said: for the person's own screen and file, never for a log.
    """

    column: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if set(self.params) != set(PROBLEMS[self.code]):
            raise ValueError(f"{self.code} needs {PROBLEMS[self.code]}")

    @property
    def key(self) -> str:
        """The key of its words in locales."""
        return f"roster.problem.{self.code}"


def text_of(cell: Cell) -> str:
    """The cell as a person sees it, on one line, without a text-marking apostrophe; '' for an empty one."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    said = str(cell)
    if said.isprintable():  # nearly every cell: no control or format character, no space but the plain one
        if " " not in said:
            return said.removeprefix("'")
    else:
        said = "".join(" " if char.isspace() else char for char in said if not _invisible(char))
    return re.sub(r" +", " ", said).strip().removeprefix("'")


def is_blank(cell: Cell) -> bool:
    """Empty, or a word that means empty (无, /, 不详)."""
    return text_of(cell).lower() in _BLANK


def _invisible(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cf") and not char.isspace()


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@dataclass(frozen=True)
class MonthOnly:
    """2016.5 or 2016年: a birth date without its day. `month` is None where only the year was given."""

    year: int
    month: int | None


def read_birth_date(cell: Cell) -> date | MonthOnly | str:
    """The calendar date in this cell, a MonthOnly, or a problem code (unreadable, impossible, lunar)."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    said = _plain(text_of(cell))
    if _LUNAR.search(said):
        return "birth_date.lunar"
    said = re.sub(r"T?0{1,2}:00(?::00)?(?:\.0+)?Z?$", "", said) if ":" in said else said
    said = said.rstrip(".。,，")
    if re.fullmatch(r"\d{5}", said) and int(said) in _SERIALS:
        return _EXCEL_DAY_0 + timedelta(days=int(said))
    if re.fullmatch(r"[〇零一二三四五六七八九]{4}年.*", said):
        said = _chinese_date(said)
    said = re.sub(r"^(\d{2})(?=[-/.年]\d{1,2}[-/.月]\d{1,2}[日号]?$)", r"20\1", said)  # 16年5月8日: nobody under 18 is older
    numbers = _whole(said)
    if numbers:
        try:
            return date(*(int(number) for number in numbers.groups()))
        except ValueError:
            return "birth_date.impossible"
    month = re.fullmatch(r"(\d{4})(?:[-/.年](?:(\d{1,2})月?)?)?|(\d{4})(\d{2})", said)
    if month and 1900 <= int(month[1] or month[3]) <= 2100:
        number = month[2] or month[4]
        if number is None or 1 <= int(number) <= 12:
            # 2016.10 typed into a number cell arrives as 2016.1: the month is not to be trusted then
            unsure = isinstance(cell, float) and number == "1"
            return MonthOnly(int(month[1] or month[3]), None if number is None or unsure else int(number))
        return "birth_date.impossible"
    return "birth_date.unreadable"


def _whole(said: str) -> re.Match[str] | None:
    """Year, month and day in the forms people type: 20160508, 2016-5-8, 2016.05.08, 2016年5月8日, 2016\\5\\8."""
    return re.fullmatch(r"(\d{4})(\d{2})(\d{2})", said) or re.fullmatch(
        r"(\d{4})[-/.年、,\\](\d{1,2})[-/.月、,\\](\d{1,2})[日号]?(?:出?生)?", said
    )


def why_impossible(code: str, cell: Cell) -> str:
    """29 February of a common year is told apart from other days that do not exist: it is the usual slip."""
    said = _plain(text_of(cell))
    whole = _whole(_chinese_date(said) if "年" in said and not said[:1].isdecimal() else said)
    leap = whole is not None and (int(whole[2]), int(whole[3])) == (2, 29)
    return "birth_date.no_leap_day" if code == "birth_date.impossible" and leap else code


def _chinese_date(said: str) -> str:
    def number(match: re.Match[str]) -> str:
        tens, _, ones = match[0].rpartition("十")
        if "十" in match[0]:
            return str(int((tens or "一").translate(_NUMERALS)) * 10 + int((ones or "零").translate(_NUMERALS)))
        return match[0].translate(_NUMERALS)

    return re.sub(r"[〇零一二三四五六七八九十]+", number, said)


_SEXES = {"男": Sex.MALE, "女": Sex.FEMALE, "男孩": Sex.MALE, "女孩": Sex.FEMALE, "男性": Sex.MALE, "女性": Sex.FEMALE,
          "男童": Sex.MALE, "女童": Sex.FEMALE, "m": Sex.MALE, "f": Sex.FEMALE}  # fmt: skip
_TIERS = {word + tail: tier for tier, word in TIER_WORDS.items() for tail in ("", "色", "级", "色等级", "牌")} | {
    level + tail: tier
    for tier, level in ((Tier.RED, "高"), (Tier.YELLOW, "中"), (Tier.GREEN, "低"))
    for tail in ("", "风险", "级")
}
_YES = {"是", "有", "y", "yes", "√", "✓", "寄宿", "住校", "寄宿生", "住校生", "住宿", "1", "对"}
_NO = {"否", "无", "n", "no", "×", "x", "不", "走读", "走读生", "不住校", "不寄宿", "未寄宿", "0", "不是"}
_RELATIONS = {word: relation for relation, word in RELATION_WORDS.items()} | {
    synonym: relation
    for relation, synonyms in {
        Relation.FATHER: "父 爸爸 爸 父子 父女 生父",
        Relation.MOTHER: "母 妈妈 妈 母子 母女 生母",
        Relation.PATERNAL_GRANDPARENT: "祖父 祖母 爷爷 奶奶 爷 奶 爷爷奶奶 爷奶",
        Relation.MATERNAL_GRANDPARENT: "外祖父 外祖母 外公 外婆 姥姥 姥爷 外爷 外奶 外公外婆 姥姥姥爷",
        Relation.RELATIVE: "伯父 伯母 伯伯 大伯 大爹 叔叔 叔父 婶婶 婶子 姑姑 姑妈 姑父 舅舅 舅妈 姨 姨妈 姨父 小姨 大姨 叔 伯 姑 舅 亲戚 亲属 叔伯",
        Relation.SIBLING: "哥哥 姐姐 兄 姐 哥 兄长 兄弟 姐弟 兄妹 姐妹 兄姐(≥18)",
        Relation.NEIGHBOUR: "邻里 邻居照看",
        Relation.OTHER: "朋友 寄宿学校 学校 老师 其它 寄宿学校(补充)",
    }.items()
    for synonym in synonyms.split()
}
_LABELS = {
    synonym: label
    for label, synonyms in {
        Label.LEFT_BEHIND: "留守 农村留守",
        Label.ORPHAN: "孤儿 散居孤儿 孤",
        Label.DE_FACTO_UNATTENDED: "事实无人抚养 事实孤儿 事实无人抚养困境",
        Label.LOW_INCOME: "低保 低保户 最低生活保障 农村低保 城市低保",
        Label.NEAR_LOW_INCOME: "低保边缘 低边 低保边缘户",
        Label.DESTITUTE: "特困 特困供养 特困人员 特困救助供养",
        Label.ILL_OR_DISABLED: "病残 残疾 重残 重病 患病 大病 重度残疾 重病重残 重残重病 伤残",
        Label.SINGLE_PARENT: "单亲 单亲困境",
        Label.IMPROPER_GUARDIANSHIP: "监护不当 监护缺失 监护缺失或不当 监护缺失或监护不当",
        Label.MIGRANT: "流动 随迁",
        Label.OTHER: "其他 其它 其他困境",
    }.items()
    for synonym in synonyms.split()
}
VAGUE_LABELS = {"困境", "困境儿童"}  # true of the child, and says not which category
# What stands in a parent's name column and is neither a name nor one of the states.
NO_NAMES = {"改嫁", "再婚", "另嫁", "离婚", "离异", "出走", "离家出走", "跑了", "走了", "不详", "不知", "不清楚", "未知", "同上"}
_AT_WORK = re.compile(r"(?:打工|务工|上班|做工)(?:[(,、。].*)?$")
_NEAR_HOME = re.compile(r"本地|本县|本镇|本村|县城|县里|县上|镇上|村里|附近|周边|就近|高台|不|没|未|曾|以前")
# Only words that say the same thing: 残疾 is not 重残, 离婚 is not 离异不履责, and both would change what a child is owed.
_STATES = {state: state for state in GUARDIAN_STATES} | {
    synonym: state
    for state, synonyms in {
        "正常": "在家 在家务农 务农 健在 健康 良好",
        "外出务工": "务工 打工 外出打工 外出 在外务工 在外打工 常年外出 外出务工人员",
        "重残": "重度残疾",
        "重病": "患重病 大病",
        "服刑在押": "服刑 在押 坐牢 判刑 监狱服刑 服刑人员",
        "强戒": "强制戒毒 强制隔离戒毒 戒毒",
        "失联": "失去联系 联系不上",
        "死亡": "去世 已故 亡故 病故 过世 已去世 已死亡 亡",
        "失踪": "宣告失踪 查找不到",
        "撤销资格": "撤销监护资格 被撤销监护资格",
        "遣送出境": "驱逐出境",
    }.items()
    for synonym in synonyms.split()
}
_SCHOOL = {state: state for state in SCHOOL_STATES} | {
    synonym: state
    for state, synonyms in {
        "未入园": "未上学 未入学 学龄前 婴幼儿",
        "幼儿园": "学前 在园 幼儿 学前教育 学前班",
        "小学": "小学生 小学在读",
        "初中": "初中生 初中在读",
        "高中": "高中生 高中在读 普高",
        "中职": "职高 中专 技校 职中 职业高中 中等职业",
        "特教学校": "特教 特殊教育 特殊教育学校 特校",
        "在学": "在读 在校 就读 正常 上学",
        "辍学": "失学",
        "不在学": "不上学 毕业",
    }.items()
    for synonym in synonyms.split()
}
_HEALTH = {"良好": "健康", "正常": "健康", "好": "健康", "身体健康": "健康", "有病": "患病", "生病": "患病"}


def read_sex(cell: Cell) -> Sex | None:
    return _SEXES.get(_plain(text_of(cell)).lower())


def read_tier(cell: Cell) -> Tier | None:
    return _TIERS.get(_plain(text_of(cell)))


def read_yes_no(cell: Cell) -> bool | None:
    said = _plain(text_of(cell)).lower()
    return True if said in _YES else False if said in _NO else None


def read_relation(cell: Cell) -> Relation | None:
    return _RELATIONS.get(_plain(text_of(cell)))


def read_state(cell: Cell) -> str | None:
    """The guardian's state, one of GUARDIAN_STATES; None when the words are none of them.

    在新疆打工 says 外出务工; 在县城打工 does not say that somebody is away (the plan counts from the county's border).
    """
    said = _plain(text_of(cell))
    away = _AT_WORK.search(said) and not _NEAR_HOME.search(said)
    return _STATES.get(said) or ("外出务工" if away else None)


def read_school_status(cell: Cell) -> str | None:
    return _SCHOOL.get(_plain(text_of(cell)))


def read_health(cell: Cell) -> str:
    """健康, 患病, 残疾 for their plain synonyms; a named illness stays as written."""
    said = text_of(cell)
    return _HEALTH.get(_plain(said), said)


def read_ethnicity(cell: Cell) -> str:
    said = _plain(text_of(cell))
    return said if said.endswith("族") or len(said) > 3 else said + "族"


def read_labels(cell: Cell) -> tuple[tuple[Label, ...], tuple[str, ...]]:
    """The categories in a cell (、,; / + and spaces separate), in the order of Label, and the words that are none."""
    found: set[Label] = set()
    unknown: list[str] = []
    for part in re.split(r"[、,;/+|\s]+", unicodedata.normalize("NFKC", text_of(cell))):
        bare = re.sub(r"(?:家庭)?(?:的)?(?:儿童|少年|未成年人)?$", "", part) or part
        label = _LABELS.get(part) or _LABELS.get(bare)
        if label is not None:
            found.add(label)
        elif part:
            unknown.append(part)
    return tuple(label for label in Label if label in found), tuple(unknown)
