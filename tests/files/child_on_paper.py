"""One child with everything on file, all invented, and the words that stand in a finished paper."""

from __future__ import annotations

import io
import re
from datetime import date

from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from domain.agreements import Paper, Person, Signer, Terms
from domain.child_file import Benefit, BenefitKind, BenefitStatus, ChildFile, Help, HelpKind, LabelSpan
from domain.children import Child, Guardian, Label, Relation, Returns, Sex, Tier
from domain.consent import Consent, ConsentKind, ConsentState, How, Whose
from domain.contacts import Contact, Kind
from domain.people import Role
from files.child_record import Entry, Problem, Record, Step, record_of
from files.grid import Frame

TODAY = date(2026, 11, 22)


UNIT, MADE = "新坝镇暖泉村", "2026年11月22日"


FRAME = Frame("GT-106-001-0007", "打印：柴玉兰", "演示数据")


def child(name: str = "阿依努尔·买买提") -> Child:
    return Child(
        "c1", "GT-106-001-0007", name, "620724106001", Sex.FEMALE, date(2016, 5, 8), "620799201605080127",
        ethnicity="裕固族", address="暖泉村三社12号", school="新坝镇中心小学", grade="四年级", boarding=True, school_status="小学",
        health="患病", disease="先天性心脏病", labels=(Label.LEFT_BEHIND, Label.LOW_INCOME), tier=Tier.YELLOW,
        tier_since=date(2026, 3, 1), added_on=date(2025, 3, 10), hukou_status="已登记", hukou_place="高台县新坝镇",
        living_with="奶奶", psych="手机玩得多", disability="肢体四级", disability_cert="62079920160508012744",
        disability_until=date(2030, 1, 1), guardians=(
            Guardian(Relation.PATERNAL_GRANDPARENT, "王秀英", "10012345678", "620799195803192463", carer=True, state="正常"),
            Guardian(Relation.FATHER, "柴𠮷", "10087654321", away=True, work_place="新疆昌吉", state="外出务工",
                     returns=Returns.SPRING_FESTIVAL),
            Guardian(Relation.MOTHER, "李珺祎", "10087654322", away=True, work_place="浙江金华", state="外出务工"),
        ),
    )  # fmt: skip


def record(one: Child | None = None, *, notes: str = "奶奶腿疼，下次带她去卫生室") -> Record:
    one = one or child()
    file = ChildFile(
        one, (LabelSpan(Label.LEFT_BEHIND, date(2025, 3, 10), None, "务工证明"), LabelSpan(Label.LOW_INCOME, date(2024, 1, 1))),
        (Benefit("b", "c1", BenefitKind.LOW_INCOME, BenefitStatus.GRANTED, since=date(2024, 1, 1), amount=310),),
        (Help("h", "c1", date(2026, 6, 1), HelpKind.GOODS, "书包一个", "县妇联", 200),),
        (Consent("k", "c1", ConsentKind.PHOTO, ConsentState.REFUSED, date(2025, 3, 11), Whose.CARER, How.ALOUD),),
    )  # fmt: skip
    entries = [
        Entry(
            Contact("v1", "c1", date(2026, 10, 12), Kind.HOME_VISIT, True, True, Role.CHILD_DIRECTOR, "p"),
            {"met": "both", "state": ["body", "home"], "worries": "咳嗽半个月；烟筒接口松", "help": "self", "talks": ["fire"],
             "needs": ["clothes"], "wish": "想让爸爸回来过年", "note": notes}, "yes", "柴玉兰",
        ),
        Entry(Contact("k1", "c1", date(2026, 11, 3), Kind.PHONE, False), {"outcome": "no_answer"}, None, "盛建国"),
    ]  # fmt: skip
    problems = [
        Problem("medical", "咳嗽半个月没去看", date(2026, 10, 12), date(2026, 10, 20), "去镇卫生院开了药", "v1")
    ]
    parents = tuple(Person(each.name, each.relation, each.phone) for each in one.guardians[1:])
    terms = Terms(
        "t",
        parents,
        Person("王秀英", Relation.PATERNAL_GRANDPARENT),
        date(2026, 3, 1),
        date(2027, 2, 28),
        promise="周日晚视频",
    )
    signed = Paper(
        "a", "a", "c1", terms, signed_on=date(2026, 3, 2), number="暖泉-07", signers=(Signer.FATHER, Signer.CARER)
    )
    steps = [Step(date(2026, 3, 2), "签订委托照护协议", "柴玉兰")]
    return record_of(file, UNIT, TODAY, entries=entries, problems=problems, papers=[signed], steps=steps)


def packed(text: str) -> str:
    return re.sub(r"\s", "", text)


def words(pdf: bytes) -> str:
    return packed("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def in_word(content: bytes) -> str:
    doc = Document(io.BytesIO(content))
    cells = (cell.text for table in doc.tables for row in table.rows for cell in row.cells)
    return packed("".join([*(one.text for one in doc.paragraphs), *cells]))


def in_excel(content: bytes) -> str:
    book = load_workbook(io.BytesIO(content))
    return packed(
        "|".join(
            str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
        )
    )
