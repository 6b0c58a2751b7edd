"""How the three Word templates beside this file were made, and how to make them again.

    python -m files.templates.make_word

A county does not need this: it edits the .docx itself (README). It is here so that a new field of the file is added in
one place, and because a binary file in a repository should say where it came from.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell

from files import word_parts
from files.word_parts import number, put

HERE = Path(__file__).parent
WIDTH = 178  # millimetres between the margins
BODY, TITLE = "宋体", "黑体"
Pair = tuple[str, str]


def page(title: str, left: str, right: str) -> Doc:
    """A4 upright, Chinese type, page x of y below, the title and the line under it."""
    doc = Document()
    section = doc.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(16)
    section.top_margin, section.bottom_margin = Mm(18), Mm(16)
    normal = doc.styles["Normal"]
    normal.font.name, normal.font.size = BODY, Pt(10.5)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)
    normal.paragraph_format.space_after = Pt(0)
    head = section.header.paragraphs[0]
    head.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    put(head, "{{演示}}", size=9, font=BODY, bold=True)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for words, field in (("第 ", "PAGE"), (" 页　共 ", "NUMPAGES"), (" 页", "")):
        put(foot, words, size=9, font=BODY)
        if field:
            number(foot, field)
    first = doc.paragraphs[0] if doc.paragraphs else doc.add_paragraph()
    first.alignment = WD_ALIGN_PARAGRAPH.CENTER
    put(first, title, size=18, font=TITLE)
    line = doc.add_paragraph()
    line.paragraph_format.space_before = Pt(6)
    line.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH), alignment=2)
    put(line, f"{left}\t{right}", size=10, font=BODY)
    return doc


def grid(doc: Doc, widths: Sequence[float]) -> Table:
    """A table with fixed columns (millimetres), close inside."""
    table = word_parts.grid(doc, widths)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "50")  # twentieths of a point: labels of four characters stay on one line
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)
    return table


def row(table: Table, cells: Sequence[tuple[str, int, bool]], tall: float = 0) -> None:
    """One row of (words, columns it takes, whether it is a label)."""
    made = table.add_row()
    at = 0
    for words, span, is_label in cells:
        cell = made.cells[at]
        if span > 1:
            cell = cell.merge(made.cells[at + span - 1])
        fill(cell, words, is_label)
        at += span
    for place, cell in enumerate(made.cells):
        cell.width = table.columns[place].width
    if tall:
        made.height = Mm(tall)


def fill(cell: _Cell, words: str, is_label: bool) -> None:
    where = cell.paragraphs[0]
    where.alignment = WD_ALIGN_PARAGRAPH.CENTER if is_label else WD_ALIGN_PARAGRAPH.LEFT
    where.paragraph_format.space_before = where.paragraph_format.space_after = Pt(1.8)
    put(where, words, size=10, font=BODY)
    if is_label:
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", "EDEFEF")):
            shade.set(qn(f"w:{name}"), value)
        cell._element.get_or_add_tcPr().append(shade)


def section(doc: Doc, words: str) -> None:
    where = doc.add_paragraph()
    where.paragraph_format.space_before, where.paragraph_format.space_after = Pt(6), Pt(2)
    where.paragraph_format.keep_with_next = True
    put(where, words, size=12, font=TITLE)


COLUMNS = 19


def pairs(doc: Doc, lines: Sequence[Sequence[tuple[str, str, int]]]) -> None:
    """Rows of (label, tag, how wide the value is in columns); a label takes two of the 19 columns."""
    table = grid(doc, [WIDTH / COLUMNS] * COLUMNS)
    for line in lines:
        row(table, [cell for label, tag, span in line for cell in ((label, 2, True), (tag, span, False))])


def listed(doc: Doc, name: str, one: str, columns: Sequence[tuple[str, int, str]]) -> None:
    """A table with a row for each line of a list: (heading, millimetres, key)."""
    table = grid(doc, [width for _, width, _ in columns])
    row(table, [(heading, 1, True) for heading, _, _ in columns])
    repeat = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)
    row(table, [(f"{{%tr for {one} in {name} %}}", len(columns), False)])
    row(table, [(f"{{{{{one}.{key}}}}}", 1, False) for _, _, key in columns])
    row(table, [("{%tr endfor %}", len(columns), False)])


def signed(doc: Doc, *who: str) -> None:
    where = doc.add_paragraph()
    where.paragraph_format.space_before = Pt(16)
    put(where, "　　　".join(f"{one}：＿＿＿＿" for one in who), size=10.5, font=BODY)


def tag(name: str) -> str:
    return f"{{{{{name}}}}}"


def basics(doc: Doc) -> None:
    pairs(
        doc,
        [
            [
                ("姓名", tag("姓名"), 4),
                ("性别", tag("性别"), 1),
                ("民族", tag("民族"), 2),
                ("出生日期", tag("出生日期"), 4),
            ],
            [("身份证号", tag("身份证号"), 6), ("户口", tag("户口登记"), 4), ("年龄", tag("年龄"), 3)],
            [("户籍地", tag("户籍地"), 9), ("与谁同住", tag("与谁同住"), 6)],
            [("现居住地", "{{所在村}}　{{现居住地}}", 17)],
            [("学校年级", "{{学校}}{{年级}}", 8), ("就学", tag("就学状况"), 3), ("寄宿", tag("是否寄宿"), 2)],
            [("健康状况", tag("健康状况"), 7), ("患病类型", tag("患病类型"), 8)],
            [("残疾", tag("残疾类别等级"), 7), ("残疾证", "{{残疾证号}} {{残疾证有效期}}", 8)],
            [("心理行为", tag("心理行为"), 7), ("同户儿童", tag("同户儿童"), 8)],
            [("儿童类别", tag("儿童类别"), 7), ("风险等级", "{{风险等级}} {{风险等级起}}", 8)],
        ],
    )


def agreement(doc: Doc) -> None:
    pairs(
        doc,
        [
            [("照护人", "{{照护人姓名}}　{{照护人关系}}", 6), ("电话", tag("照护人电话"), 4), ("协议", tag("委托照护协议"), 3)],
            [("身份证号", tag("照护人身份证号"), 6), ("住址", tag("照护人住址"), 9)],
            [("签订日期", tag("协议签订日期"), 4), ("起止", "{{协议起}} 至 {{协议止}}", 6), ("编号", tag("协议编号"), 3)],
            [("每周联系", tag("每周联系约定"), 17)],
        ],
    )  # fmt: skip


PEOPLE = (
    ("关系", 20, "关系"), ("姓名", 22, "姓名"), ("身份证号", 42, "身份证号"), ("电话", 28, "电话"), ("状况", 26, "状况"),
    ("务工地", 40, "务工地"),
)  # fmt: skip


def child_file() -> Doc:
    doc = page("儿童关爱保护档案", "建档单位：{{单位}}", "档案号：{{档案号}}　{{打印日期}}")
    section(doc, "一、基本信息")
    basics(doc)
    section(doc, "二、监护人和照护人")
    listed(doc, "监护人", "人", PEOPLE)
    section(doc, "三、委托照护协议")
    agreement(doc)
    section(doc, "四、儿童类别、救助和知情同意")
    listed(doc, "类别", "类", (("类别", 50, "类别"), ("起", 28, "起"), ("止", 28, "止"), ("依据", 72, "依据")))
    listed(
        doc,
        "救助",
        "项",
        (("救助", 50, "项目"), ("状态", 28, "状态"), ("起", 28, "起"), ("止", 28, "止"), ("金额", 44, "金额")),
    )
    listed(doc, "告知同意", "事", (("告知和同意", 78, "事项"), ("结果", 50, "结果"), ("日期", 50, "日期")))
    signed(doc, "建档人", "儿童督导员", "日期")
    doc.add_page_break()
    section(doc, "五、走访记录")
    listed(doc, "走访记录", "访", (("日期", 24, "日期"), ("走访人", 20, "走访人"), ("见到", 26, "见到"), ("情况", 44, "情况"),
                               ("安全教育", 26, "安全教育"), ("需要", 18, "需要"), ("心愿", 20, "心愿和备注")))  # fmt: skip
    section(doc, "六、联系记录")
    listed(doc, "联系记录", "联", (("日期", 24, "日期"), ("方式", 24, "方式"), ("联系人", 20, "走访人"), ("结果", 40, "结果"),
                               ("情况", 50, "情况和备注"), ("父母联系", 20, "父母联系")))  # fmt: skip
    section(doc, "七、工作日志")
    listed(doc, "工作日志", "事", (("日期", 24, "日期"), ("做了什么", 130, "内容"), ("经办", 24, "经办")))
    section(doc, "八、关爱帮扶记录")
    listed(
        doc,
        "关爱帮扶",
        "帮",
        (
            ("日期", 24, "日期"),
            ("类别", 24, "类别"),
            ("内容", 70, "内容"),
            ("提供方", 40, "提供方"),
            ("价值", 20, "价值"),
        ),
    )
    section(doc, "九、发现问题和解决方案")
    listed(doc, "问题", "题", (("发现日期", 24, "发现日期"), ("类别", 20, "类别"), ("问题", 52, "问题"), ("状态", 18, "状态"),
                             ("解决日期", 24, "解决日期"), ("解决方案", 40, "解决方案")))  # fmt: skip
    return doc


def register_form() -> Doc:
    doc = page("农村留守儿童和困境儿童基本情况登记表", "填报单位：{{单位}}", "档案号：{{档案号}}　{{打印日期}}")
    section(doc, "一、儿童信息")
    basics(doc)
    section(doc, "二、家庭信息")
    listed(doc, "监护人", "人", PEOPLE)
    section(doc, "三、监护情况")
    agreement(doc)
    pairs(doc, [[("监护类型", "□无人监护　□父或母无监护能力　□受托人能力不足　□一般　□较好", 17)],
                [("收入来源", "□打工　□种养殖　□政府救助　□亲朋接济　□其他", 17)],
                [("享受救助", tag("救助享受"), 17)]])  # fmt: skip
    signed(doc, "负责人", "审核人", "填表人", "填表日期")
    return doc


def visit_form() -> Doc:
    doc = page("农村留守儿童和困境儿童走访记录表", "走访单位：{{单位}}", "{{打印日期}}")
    pairs(
        doc,
        [
            [
                ("儿童姓名", tag("姓名"), 4),
                ("性别", tag("性别"), 1),
                ("年龄", tag("年龄"), 2),
                ("档案号", tag("档案号"), 4),
            ],
            [("儿童类别", tag("儿童类别"), 7), ("风险等级", tag("风险等级"), 8)],
            [("家庭住址", tag("现居住地"), 7), ("学校年级", "{{学校}}{{年级}}", 8)],
            [("照护人", "{{照护人姓名}}　{{照护人关系}}", 7), ("电话", tag("照护人电话"), 8)],
            [("走访日期", tag("走访.日期"), 7), ("走访人", "{{走访.走访人}} {{走访.岗位}}", 8)],
            [("在家的人", tag("走访.见到"), 7), ("见到孩子", tag("走访.见到孩子"), 8)],
        ],
    )
    section(doc, "走访情况")
    table = grid(doc, [32, 90, 56])
    row(table, [("内容", 1, True), ("看什么", 1, True), ("情况", 1, True)])
    for name, hint in (
        ("居住", "床铺、卫生、用火用电煤烟、附近水域和道路"), ("吃穿钱", "三餐、衣物、生活费到没到"), ("身体", "生病、外伤、接种和用药"),
        ("学习", "到校、作业、寄宿"), ("情绪行为", "情绪、朋友、手机使用、异常表现"),
        ("大人照看", "照护人能不能照看、每周联系、饮酒或打骂"), ("安全", "周边隐患、独自在家、交通"),
    ):  # fmt: skip
        row(table, [(name, 1, True), (hint, 1, False), (tag(f"走访.{name}"), 1, False)])
    for label, name, tall in (
        ("有情况的说明", "{{走访.情况}}", 14), ("父母上周联系", "{{走访.父母联系}}", 8), ("讲了安全教育", "{{走访.安全教育}}", 8),
        ("孩子的心愿", "{{走访.孩子心愿}}", 10), ("家里的需要", "{{走访.需要}}", 8), ("发现的问题", "{{走访.问题}}", 14),
        ("处理和解决", "{{走访.求助}} {{走访.处理}}", 14), ("备注", "{{走访.备注}}", 10),
    ):  # fmt: skip
        row(table, [(label, 1, True), (name, 2, False)], tall)
    signed(doc, "走访人", "照护人（家长）", "儿童督导员", "日期")
    return doc


if __name__ == "__main__":
    for made, name in ((child_file(), "child_file"), (register_form(), "register_form"), (visit_form(), "visit_form")):
        made.core_properties.author = ""
        made.save(str(HERE / f"{name}.docx"))
