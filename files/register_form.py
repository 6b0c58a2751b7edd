"""农村留守儿童基本情况登记表: the 2016 national form in its own field order (domain.md 2.2), one page a child.

What the file does not know is left blank for a pen, and so is what only a person may judge (监护类型, 收入来源).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.agreements import ABLE, both_away, is_away, parents_of
from domain.children import Capacity, Child, Guardian, Label, Relation, Sex
from domain.identity import IdNumber, read_id
from domain.roster.columns import LABEL_WORDS
from files.child_record import Facts, Record, person
from files.grid import Cell, Row, Sheet, head, pairs, ticks, wide

TITLES = {True: "农村留守儿童基本情况登记表", False: "困境儿童基本情况登记表"}
BODY = ("健康", "残疾", "患病")
SCHOOLS = ("幼儿园", "未入园", "小学", "初中", "高中", "中职", "辍学", "不在学")
GRADES = ("无人监护", "父或母无监护能力", "受托人能力不足", "一般", "较好")
INCOMES = ("打工", "种养殖", "政府救助", "亲朋接济", "其他")
AIDS = ("低保", "临时救助", "医疗救助", "住房救助", "其他")
YES = ("是", "否")
SIGNATURES = ("负责人", "审核人", "填表人", "填表日期")


def register(record: Record, unit: str, made: str) -> Sheet:
    """The form of one child. `unit` fills it in, `made` is the day."""
    child, facts = record.child, record.facts
    rows: list[Row] = [head("一、儿童信息"), *_child(facts), head("二、家庭信息"), *_family(child)]
    rows += [head("三、监护情况"), *_guardianship(child, facts), *_money(facts, child)]
    return Sheet(
        TITLES[Label.LEFT_BEHIND in child.labels],
        f"填报单位：{unit}",
        f"档案号：{child.file_no}　{made}",
        tuple(rows),
        SIGNATURES,
    )


def registers(records: Iterable[Record], unit: str, made: str) -> list[Sheet]:
    """一人一表: the same for several children."""
    return [register(one, unit, made) for one in records]


def _child(facts: Facts) -> list[Row]:
    body = "患病" if facts["健康状况"] not in ("", *BODY) else facts["健康状况"]
    illness = facts["患病类型"] or (facts["健康状况"] if body != facts["健康状况"] else "")
    return [
        (
            Cell("姓名", 3, "label"), Cell(facts["姓名"], 5), Cell("性别", 2, "label"), Cell(facts["性别"], 2),
            Cell("民族", 2, "label"), Cell(facts["民族"], 3), Cell("出生日期", 3, "label"), Cell(facts["出生日期"], 4),
        ),
        pairs(("身份证号", facts["身份证号"]), ("是否登记户口", facts["户口登记"]), widths=(3, 9, 4, 8)),
        wide("户籍地", facts["户籍地"], narrow=3),
        wide("现居住地", "　".join(one for one in (facts["所在村"], facts["现居住地"]) if one), narrow=3),
        wide("身体情况", ticks(BODY, body), narrow=3),
        pairs(("残疾类别等级", facts["残疾类别等级"]), ("患病类型", illness), widths=(4, 8, 4, 8)),
        pairs(("是否寄宿", ticks(YES, facts["是否寄宿"])), ("学校年级", f"{facts['学校']}{facts['年级']}"), widths=(4, 6, 4, 10)),
        wide("就学情况", ticks(SCHOOLS, facts["就学状况"]), narrow=3),
        wide("儿童类别", ticks(_label_words(facts), facts["儿童类别"].split("、") if facts["儿童类别"] else ()), narrow=3),
    ]  # fmt: skip


def _label_words(facts: Facts) -> tuple[str, ...]:
    return tuple(LABEL_WORDS[one] for one in Label if one is not Label.OTHER)


def _family(child: Child) -> list[Row]:
    rows: list[Row] = []
    for relation, word in ((Relation.PATERNAL_GRANDPARENT, "祖父母"), (Relation.MATERNAL_GRANDPARENT, "外祖父母")):
        found = [person(one) for one in sorted(_of(child, relation), key=_women_last)]
        found += [{"姓名": "", "出生日期": ""}] * (2 - len(found))
        for first, second in zip(found[::2], [*found[1::2], {"姓名": "", "出生日期": ""}], strict=False):
            rows.append(
                (
                    Cell(word, 2, "label"), Cell("姓名", 2, "label"), Cell(first["姓名"], 3), Cell("出生日期", 3, "label"),
                    Cell(first["出生日期"], 3), Cell("姓名", 2, "label"), Cell(second["姓名"], 3), Cell("出生日期", 3, "label"),
                    Cell(second["出生日期"], 3),
                )
            )  # fmt: skip
    for relation, word in ((Relation.FATHER, "父亲"), (Relation.MOTHER, "母亲")):
        one = next((person(each) for each in _of(child, relation)), {})
        rows += _parent(word, one)
    return rows


def _parent(word: str, one: Facts) -> list[Row]:
    said = one.get
    return [
        (
            Cell(word, 3, "label", rows=2), Cell("姓名", 2, "label"), Cell(said("姓名", ""), 4), Cell("出生日期", 3, "label"),
            Cell(said("出生日期", ""), 3), Cell("身份证号", 3, "label"), Cell(said("身份证号", ""), 6),
        ),
        (
            Cell("状况", 2, "label"), Cell(said("状况", ""), 4), Cell("务工地（省、市）", 4, "label"), Cell(said("务工地", ""), 4),
            Cell("电话", 2, "label"), Cell(said("电话", ""), 5),
        ),
    ]  # fmt: skip


def _guardianship(child: Child, facts: Facts) -> list[Row]:
    parents = parents_of(child)
    away = [one for one in parents if is_away(one)]
    unable = [one for one in parents if not _able(one)]
    known = bool(parents)
    one_and_other = len(away) == 1 and any(one not in away for one in unable)
    entrusted = facts["委托照护协议"]
    return [
        pairs(
            ("父母双方是否外出务工", ticks(YES, _said(known, both_away(child)))),
            ("一方外出、另一方无监护能力", ticks(YES, _said(known, one_and_other))), widths=(6, 4, 8, 6),
        ),
        pairs(
            ("无监护能力的一方", ticks(("父亲", "母亲"), ["父亲" if one.relation is Relation.FATHER else "母亲" for one in unable])),
            ("是否签订委托照护协议", ticks(YES, _said(bool(entrusted), entrusted.startswith(("有效", "将到期"))))),
            widths=(5, 6, 7, 6),
        ),
        (
            Cell("受委托照护人", 3, "label", rows=2), Cell("姓名", 2, "label"), Cell(facts["照护人姓名"], 4), Cell("关系", 2, "label"),
            Cell(facts["照护人关系"], 4), Cell("电话", 3, "label"), Cell(facts["照护人电话"], 6),
        ),
        (Cell("身份证号", 3, "label"), Cell(facts["照护人身份证号"], 6), Cell("住址", 2, "label"), Cell(facts["照护人住址"], 10)),
        wide("监护类型", ticks(GRADES, None), narrow=3),
    ]  # fmt: skip


def _money(facts: Facts, child: Child) -> list[Row]:
    granted = facts["救助享受"].split("、") if facts["救助享受"] else []
    aids = [aid for aid in AIDS[:-1] if any(aid in one and one != "低保边缘" for one in granted)]
    if Label.LOW_INCOME in child.labels and "低保" not in aids:
        aids.insert(0, "低保")
    others = [one for one in granted if not any(aid in one and one != "低保边缘" for aid in AIDS[:-1])]
    return [
        wide("家庭收入来源", ticks(INCOMES, None), narrow=4),
        wide("享受救助情况", ticks(AIDS, [*aids, *(["其他"] if others else [])]) + (f"（{'、'.join(others)}）" if others else ""), narrow=4),
    ]  # fmt: skip


def _able(one: Guardian) -> bool:
    return one.state in ABLE and one.capacity is not Capacity.NONE


def _said(known: bool, value: bool) -> str | None:
    return ("是" if value else "否") if known else None


def _of(child: Child, relation: Relation) -> Sequence[Guardian]:
    return [one for one in child.guardians if one.relation is relation]


def _women_last(one: Guardian) -> bool:
    number = read_id(one.id_no) if one.id_no else None
    return isinstance(number, IdNumber) and number.sex is Sex.FEMALE
