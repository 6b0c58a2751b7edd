"""Every printed form says what was entered, all of it, in PDF, Word and Excel; nothing of it is lost or invented."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from fontTools.ttLib import TTFont
from openpyxl import load_workbook
from pypdf import PdfReader

from domain import units
from domain.agreements import Paper, Person, Signer, Terms
from domain.child_file import Benefit, BenefitKind, BenefitStatus, ChildFile, Help, HelpKind, LabelSpan
from domain.children import Child, Guardian, Label, Relation, Returns, Sex, Tier
from domain.consent import Consent, ConsentKind, ConsentState, How, Whose
from domain.contacts import Contact, Kind
from domain.demo import names as demo_names
from domain.people import Role
from domain.work_days import Act, What, month_named
from files import child_file, grid, register_form, visit_form, work_log_sheet
from files import word_templates as word
from files.charts import FONTS, ChartFailed
from files.child_record import Entry, Problem, Record, Step, record_of
from files.excel_cells import clean
from files.fonts import covered
from files.grid import Cell, Frame, Sheet
from files.ledgers import Village, forms_workbook, ledger_workbook
from files.national import Line, Standing, changes, national_csv, national_workbook, row_of, standing
from files.sheet_style import BadStyle, Style, default_workbook, read_style

TODAY = date(2026, 11, 22)
UNIT, MADE = "新坝镇暖泉村", "2026年11月22日"
FRAME = Frame("GT-106-001-0007", "打印：柴玉兰", "演示数据")
# 通用规范汉字表 and beyond: characters of real given names that GB 2312 lacks
NOT_IN_GB2312 = "喆堃昇垚玥珺祎淼焱晞琤翀珅昉曈珩玙㛃赟洺祺沄浠忻烜玮婳彧禛翾嫚珞琰璟瑀瑄懿暟旻昱晟炘煊熠祾芃芊菡蔚薇蕴湉潞颢骐鋆铖𬭚𠮷𫖯𬍛𬘫"


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


@pytest.fixture(scope="module")
def whole() -> Record:
    return record()


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


def lists(one: Record) -> Iterable[tuple[str, str]]:
    """Every single value of every list, by where it stands."""
    for name in ("people", "labels", "benefits", "visits", "contacts", "helps", "problems", "log", "consents"):
        for row in getattr(one, name):
            yield from ((f"{name}.{key}", value) for key, value in row.items())


# where a value is worked into a mark, another form of date, or a sentence, instead of standing as it is
SHAPED = {"照护人", "外出", "编号", "见到孩子", "方式", "岗位", "居住", "吃穿钱", "身体", "学习", "情绪行为", "大人照看", "安全", "情况和备注",
          "心愿和备注", "外出时间", "出生日期", "问题", "处理", "求助", "监护能力", "父母联系", "申请", "责任", "限期"}  # fmt: skip


def missing(values: Iterable[tuple[str, str]], text: str) -> list[str]:
    """The values that do not stand in the text: each line of a value by itself."""
    return [
        f"{name}: {value}" for name, value in values
        if value and name.rpartition(".")[2] not in SHAPED
        and not all(packed(line) in text for line in re.split(r"[\n；]", value))
    ]  # fmt: skip


def test_the_file_as_pdf_says_everything_of_the_entry_and_its_front_is_one_page(whole: Record) -> None:
    pdf = child_file.child_file_pdf(whole, UNIT, MADE, FRAME)
    text = words(pdf)
    left_out = {
        "最近联系",
        "最近走访",
        "未解决问题",
        "随父母外出至",
        "救助享受",
        "儿童类别",
        "照护人身份证号",
        "照护人住址",
    }
    facts = [(name, value) for name, value in whole.facts.items() if name not in left_out]
    assert missing([*facts, *lists(whole)], text) == []
    pages = [packed(page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]
    assert "知情同意" in pages[0] and "走访记录（1条）" in pages[1] and "演示数据" in pages[0]
    assert "第1页" in pages[0] and f"共{len(pages)}页" in pages[0]


def test_the_file_as_word_says_the_same(whole: Record) -> None:
    text = in_word(word.word("file", word.context_of(whole, UNIT, MADE, "演示数据"), None))
    left_out = {"最近联系", "最近走访", "未解决问题", "随父母外出至", "救助享受"}
    facts = [(name, value) for name, value in whole.facts.items() if name not in left_out]
    listed = [(name, value) for name, value in lists(whole) if name.rpartition(".")[2] not in ("返乡", "照护人")]
    assert missing([*facts, *listed], text) == []


def test_the_register_form_is_the_national_one_in_its_order_in_pdf_word_and_excel(whole: Record) -> None:
    sheet = register_form.register(whole, UNIT, MADE)
    text = words(grid.grid_pdf([sheet], FRAME))
    order = ["姓名", "民族", "身份证号", "是否登记户口", "户籍地", "现居住地", "身体情况", "是否寄宿", "就学情况", "祖父母", "父亲", "母亲",
             "父母双方是否外出务工", "是否签订委托照护协议", "受委托照护人", "监护类型", "家庭收入来源", "享受救助情况", "负责人"]  # fmt: skip
    places = [text.index(one) for one in order]
    assert places == sorted(places)
    entered = ["阿依努尔·买买提", "620799201605080127", "先天性心脏病", "肢体四级", "1958-03-19", "柴𠮷", "李珺祎", "新疆昌吉", "10087654322",
               "620799195803192463", "暖泉村三社12号", "新坝镇中心小学四年级", "裕固族", "2016年5月8日"]  # fmt: skip
    excel = in_excel(forms_workbook(UNIT, [Village("暖泉村", UNIT, [whole])], TODAY, Style()))
    plain = in_word(word.word("register", word.context_of(whole, UNIT, MADE), None))
    for fact in entered:
        assert fact in text and fact in excel and (fact in plain or fact == "1958-03-19"), fact
    assert "■患病" in excel and "□健康" in excel and "■小学" in excel and "■低保" in excel
    assert len(PdfReader(io.BytesIO(grid.grid_pdf([sheet], FRAME))).pages) == 1


def test_what_the_file_does_not_know_is_left_for_a_pen_and_not_guessed() -> None:
    bare = record_of(ChildFile(Child("c", "GT-106-001-0009", "某某", "620724106001")), UNIT, TODAY)
    cells = [cell.text for row in register_form.register(bare, UNIT, MADE).rows for cell in row if cell.kind == "value"]
    assert "■" not in "".join(cells)
    assert visit_form.visit_form(bare, None, UNIT).title in words(
        grid.grid_pdf([visit_form.visit_form(bare, None, UNIT)], FRAME)
    )


def test_a_visit_is_printed_with_all_that_was_found_in_pdf_and_word(whole: Record) -> None:
    [visit] = whole.visits
    sheet = visit_form.visit_form(whole, visit, UNIT)
    text = words(grid.grid_pdf([sheet], FRAME))
    plain = in_word(word.word("visit", word.context_of(whole, UNIT, MADE, visited=visit), None))
    for fact in (
        "2026-10-12",
        "柴玉兰",
        "孩子和大人都在",
        "咳嗽半个月",
        "烟筒接口松",
        "想让爸爸回来过年",
        "奶奶腿疼",
        "自己处理",
        "去镇卫生院开了药",
    ):
        assert fact in text and fact in plain, fact
    ticked = [cell.text for row in sheet.rows for cell in row if "■" in cell.text]
    assert any("□正常　■有情况" in one for one in ticked) and any("■用火用电煤烟" in one for one in ticked)
    assert len(PdfReader(io.BytesIO(grid.grid_pdf([sheet], FRAME))).pages) == 1


def test_a_page_with_far_too_much_on_it_is_set_smaller_and_loses_nothing() -> None:
    one = replace(child(), address="暖泉村三社" * 30, hukou_place="甘肃省张掖市高台县" * 14)
    long = record(one, notes="这一次走访写得很长。" * 60)
    pdf = grid.grid_pdf([visit_form.visit_form(long, long.visits[0], UNIT)], FRAME)
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
    assert words(pdf).count("这一次走访写得很长。") == 60


def test_a_crooked_grid_is_refused_before_it_is_printed() -> None:
    with pytest.raises(ValueError, match="row 0"):
        grid.data_of([Sheet("表", "", "", ((Cell("甲", 23),),))], FRAME)


# --- ledgers -------------------------------------------------------------------------------------------------------


def test_a_ledger_is_a_page_a_bureau_takes(whole: Record) -> None:
    villages = [Village("暖泉村", UNIT, [whole]), Village("新沟村", "新坝镇新沟村", [])]
    content = ledger_workbook("新坝镇", villages, TODAY, Style(county="高台县"), "演示数据")
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["汇总", "暖泉村"]  # a village without a child stands in the 汇总 and prints no empty page
    sheet = book["暖泉村"]
    assert sheet["A1"].value == "高台县农村留守儿童和困境儿童台账"
    setup = sheet.page_setup
    assert (setup.orientation, setup.paperSize, setup.fitToWidth or 1, setup.fitToHeight) == ("landscape", 9, 1, 0)
    assert sheet.print_title_rows == "$1:$3" and sheet.freeze_panes == "D4"
    assert sheet.oddFooter.center.text == "第 &P 页　共 &N 页"
    id_cell = next(cell for cell in sheet[4] if cell.value == "620799201605080127")
    assert id_cell.data_type == "s" and id_cell.number_format == "@"
    said = in_excel(content)
    for fact in (
        "阿依努尔·买买提",
        "柴𠮷",
        "李珺祎",
        "10087654321",
        "王秀英",
        "祖父母",
        "先天性心脏病",
        "2026-10-12",
        "填表人",
        "审核人",
        "负责人",
    ):
        assert fact in said, fact
    total = [cell.value for cell in book["汇总"][6]]
    assert total[1:4] == ["合计", 1, 1]


def test_nothing_typed_becomes_a_formula_and_no_character_is_lost_in_excel() -> None:
    every = "".join(sorted(_gb2312() | set(NOT_IN_GB2312)))
    evil = record(replace(child("=HYPERLINK(1)"), address=every[:7000]))
    content = ledger_workbook(UNIT, [Village("暖泉村", UNIT, [evil])], TODAY, Style())
    sheet = load_workbook(io.BytesIO(content))["暖泉村"]
    values = {cell.value: cell.data_type for cell in sheet[4]}
    assert values["=HYPERLINK(1)"] == "s"
    assert clean(every[:7000]) in values


def test_every_child_of_一人一表_has_a_page_of_its_own(whole: Record) -> None:
    content = forms_workbook(UNIT, [Village("暖泉村", UNIT, [whole, whole, whole])], TODAY, Style())
    sheet = load_workbook(io.BytesIO(content))["暖泉村"]
    assert len(sheet.row_breaks.brk) == 2
    assert not sheet.sheet_properties.pageSetUpPr.fitToPage if sheet.sheet_properties.pageSetUpPr else True


# --- the national system -------------------------------------------------------------------------------------------


def test_what_changed_since_the_tick_is_listed_field_by_field(whole: Record) -> None:
    now = row_of(whole, "新坝镇", "暖泉村")
    before = {**now, "照护人电话": "10000000000"}
    assert standing(None, now) is Standing.NEW and standing(now, now) is Standing.SAME
    assert standing(before, now) is Standing.CHANGED
    [one] = changes(before, now)
    assert (one.field, one.before, one.after) == ("照护人电话", "10000000000", "10012345678")
    closed = row_of(record(replace(child(), closed_on=TODAY, close_reason="18")), "新坝镇", "暖泉村")
    assert standing(now, closed) is Standing.CLOSED and standing(None, closed) is Standing.NONE
    lines = [
        Line(now, Standing.CHANGED, changes(before, now), date(2026, 9, 1)),
        Line(closed, Standing.CLOSED, changes(now, closed), date(2026, 9, 2)),
    ]
    book = load_workbook(io.BytesIO(national_workbook("新坝镇", lines, TODAY, Style())))
    assert book.sheetnames == ["录入表", "变动清单", "减少人员"]
    assert [cell.value for cell in book["变动清单"][4]][2:5] == ["照护人电话", "10000000000", "10012345678"]
    assert [cell.value for cell in book["减少人员"][4]][4:6] == ["2026-11-22", "满18周岁"]
    assert set(now) <= {cell.value for cell in book["录入表"][3]}


def test_an_agreement_that_will_end_soon_is_no_change_for_the_national_system(whole: Record) -> None:
    ending = replace(whole, facts=whole.facts | {"委托照护协议": "将到期"})
    assert row_of(ending, "新坝镇", "暖泉村") == row_of(whole, "新坝镇", "暖泉村")


def test_the_csv_has_the_same_columns_and_no_cell_a_spreadsheet_would_run(whole: Record) -> None:
    head, line = national_csv([row_of(record(child("=1+1")), "新坝镇", "暖泉村")]).splitlines()
    assert head.split(",")[:6] == ["档案号", "姓名", "性别", "民族", "出生日期", "身份证号"]
    assert "'=1+1" in line


# --- the work log --------------------------------------------------------------------------------------------------


def test_a_month_of_work_reads_the_same_in_excel_and_pdf_and_says_each_thing_once() -> None:
    acts = [Act(date(2026, 10, 9), What.VISIT, name) for name in ("殷小虎", "柴𠮷")]
    acts += [Act(date(2026, 10, 9), What.NOTE, words="去镇上开会"), Act(date(2026, 10, 12), What.CONTACT, "殷小虎")]
    month = work_log_sheet.Month("柴玉兰", "新坝镇暖泉村儿童主任", date(2026, 10, 1), acts)
    rows = work_log_sheet.rows_of(month)
    assert rows[0] == ("2026-10-09", "周五", "1. 上门走访2人次：殷小虎、柴𠮷\n2. 去镇上开会", 2, 0)
    text = words(work_log_sheet.work_log_pdf(month, TODAY, FRAME))
    excel = in_excel(work_log_sheet.work_log_workbook(month, TODAY, Style()))
    for fact in ("上门走访2人次：殷小虎、柴𠮷", "去镇上开会", "2026-10-12", "有记录2天", "柴玉兰"):
        assert packed(fact) in text and packed(fact) in excel, fact


def test_a_month_is_taken_for_a_month_and_a_sentence_for_a_sentence() -> None:
    assert month_named("上个月", TODAY) == date(2026, 10, 1)
    assert month_named("9月", TODAY) == date(2026, 9, 1)
    assert month_named("本月", TODAY) == date(2026, 11, 1)
    for said in ("上个月去镇上开会了", "今天讲了防溺水", "上周", "全年"):
        assert month_named(said, TODAY) is None, said


# --- the county's own templates ------------------------------------------------------------------------------------


def edited(kind: str, before: str, after: str) -> bytes:
    """Our template as a clerk saved it: one tag typed differently."""
    doc = Document(io.BytesIO(word.source(kind, None)[0]))
    paragraphs = [one for table in doc.tables for row in table.rows for cell in row.cells for one in cell.paragraphs]
    for one in [*doc.paragraphs, *paragraphs]:
        for run in one.runs:
            run.text = run.text.replace(before, after)
    out = io.BytesIO()
    doc.save(out)
    return out.getvalue()


@pytest.mark.parametrize("kind", list(word.KINDS))
def test_our_own_templates_pass_their_own_check(kind: str) -> None:
    assert word.check(kind, word.source(kind, None)[0]) == []


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("{{身份证号}}", "{{身份证}}", "标签 {{身份证}} 里的“身份证”没有这一项"),
        ("{{人.姓名}}", "{{人.名字}}", "标签 {{人.名字}} 里的“名字”没有这一项"),
        ("{{姓名}}", "{{姓 名}}", "标签 {{姓 名}} 写错了"),
        ("{%tr endfor %}", "", "没有收尾"),
        ("{{姓名}}", "{{姓名.__class__.__mro__}}", "register"),
    ],
)
def test_a_broken_template_is_answered_with_the_tag_and_the_file(before: str, after: str, says: str) -> None:
    faults = word.check("register", edited("register", before, after))
    assert faults and faults[0].startswith("登记表.docx")
    assert says == "register" or says in faults[0], faults


def test_a_file_that_is_no_word_document_is_said_to_be_none() -> None:
    assert word.check("file", b"PK nothing") == ["儿童档案.docx 打不开：不是 Word 文件（.docx），或者存坏了。"]


def test_the_countys_template_is_used_and_a_broken_one_stops_the_printing(whole: Record, tmp_path: Path) -> None:
    folder = tmp_path
    assert word.write_defaults(folder) == ["儿童档案.docx", "登记表.docx", "走访记录表.docx", "表格样式.xlsx"]
    assert word.write_defaults(folder) == []  # what a county has edited is never overwritten
    (folder / "登记表.docx").write_bytes(edited("register", "填表人", "高台县填表人"))
    context = word.context_of(whole, UNIT, MADE)
    assert "高台县填表人" in in_word(word.word("register", context, folder))
    (folder / "登记表.docx").write_bytes(edited("register", "{{姓名}}", "{{姓名字}}"))
    with pytest.raises(word.BadTemplate) as problem:
        word.word("register", context, folder)
    assert "{{姓名字}}" in problem.value.faults[0] and "阿依努尔" not in str(problem.value)


def test_what_was_typed_is_never_markup_in_word() -> None:
    one = record(replace(child(), address="<b>三社</b> & {{身份证号}} \x0b12号"))
    text = in_word(word.word("register", word.context_of(one, UNIT, MADE), None))
    assert "<b>三社</b>&{{身份证号}}12号" in text


def test_the_style_workbook_is_read_back_and_a_wrong_row_is_named() -> None:
    assert read_style(default_workbook()) == Style()
    book = load_workbook(io.BytesIO(default_workbook()))
    sheet = book.active
    assert sheet is not None
    sheet["B4"], sheet["B7"], sheet["B6"] = "40", "制表、审核", "高台县"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(BadStyle) as problem:
        read_style(out.getvalue())
    assert problem.value.faults == ["表格样式.xlsx 第4行“正文字号”：要写8到14的整数。"]
    sheet["B4"] = "12"
    out = io.BytesIO()
    book.save(out)
    style = read_style(out.getvalue())
    assert (style.size, style.county, style.signatures) == (12, "高台县", ("制表", "审核"))


# --- type ----------------------------------------------------------------------------------------------------------


def _gb2312() -> set[str]:
    """The 6,763 characters of GB 2312: level 1 and 2 hold nearly every given name in use."""
    rows = ((row, cell) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    found = (bytes(pair).decode("gb2312", "ignore") for pair in rows)
    return {one for one in found if one}


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_the_fonts_have_every_character_of_real_given_names_and_of_the_demo_data(weight: str) -> None:
    font = TTFont(str(FONTS / f"NotoSansCJKsc-{weight}.otf"), lazy=True).getBestCmap()
    wanted = _gb2312() | set(NOT_IN_GB2312)
    assert len(wanted) > 6_763 > 3_000
    spoken = [*demo_names.SURNAMES, *demo_names.RARE, *(unit.name for unit in units.load(demo=True))]
    for table in (demo_names._CHILDREN, demo_names._PARENTS, demo_names._GRANDPARENTS):
        spoken += [name for names in table.values() for name in names]
    wanted |= set("".join(spoken))
    assert sorted(one for one in wanted if ord(one) not in font) == []


def test_a_character_without_a_glyph_is_told_and_a_picture_in_a_note_left_out() -> None:
    assert covered.missing("古丽·买买提 柴𠮷 \U0002aed0") == {"\U0002aed0"}
    assert covered.printable({"备注": ["都好👍🏽", "王\U0002aed0"]}) == {"备注": ["都好", "王\U0002aed0"]}
    with pytest.raises(ChartFailed):
        grid.grid_pdf([Sheet("名册", "", "", ((Cell("\U0002aed0", 24),),))], FRAME)


def test_rare_names_are_really_printed() -> None:
    rows = tuple((Cell(name, 24),) for name in demo_names.RARE)
    text = words(grid.grid_pdf([Sheet("名册", "", "", rows)], FRAME))
    assert all(packed(name) in text for name in demo_names.RARE)
