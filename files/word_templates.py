"""Word papers from templates that a county edits itself: DATA_DIR/templates/儿童档案.docx and so on, else our own.

A template is a Word document with the Chinese names of a `Record` in double braces: {{姓名}}, and {%tr for 走访 in 走访记录 %}
for the rows of a table. Before a template is used it is tried on an invented child, and a mistake in it is answered with
the tag and the file it stands in: a clerk can repair that, a traceback nobody can. Values are escaped, and a template may
read values but call nothing (a sandbox): it comes from outside.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.child_file import (
    Benefit,
    BenefitKind,
    BenefitStatus,
    ChildFile,
    Help,
    HelpKind,
    LabelSpan,
)
from domain.children import Child, Guardian, Label, Relation
from domain.consent import Consent, ConsentKind, ConsentState, How, Whose
from domain.contacts import Contact, Kind
from files.child_record import Entry, Facts, Problem, Record, Step, record_of, visit
from files.sheet_style import FILE_NAME as STYLE_NAME
from files.sheet_style import BadStyle, Style, default_workbook, read_style
from files.word_parts import clean

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

TEMPLATES = Path(__file__).parent / "templates"
BIGGEST = 5 * 1024 * 1024
MOST_UNPACKED = 50 * 1024 * 1024  # bytes; a template with pictures has a few
MOST_FAULTS = 6
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


@dataclass(frozen=True)
class Kept:
    """One template: what the county's file is called, and ours."""

    name: str
    ours: str


KINDS: dict[str, Kept] = {
    "file": Kept("儿童档案.docx", "child_file.docx"),
    "register": Kept("登记表.docx", "register_form.docx"),
    "visit": Kept("走访记录表.docx", "visit_form.docx"),
}


def _swells(content: bytes) -> bool:
    """Whether a Word file says of itself that it unpacks to more than any template."""
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        return sum(part.file_size for part in pack.infolist()) > MOST_UNPACKED


class BadTemplate(ValueError):
    """What is wrong with which template; `faults` are whole sentences for the county's clerk."""

    def __init__(self, name: str, faults: list[str]) -> None:
        super().__init__(f"{name}: {len(faults)} faults")  # no words of the document in a log
        self.name, self.faults = name, faults


def source(kind: str, folder: Path | None) -> tuple[bytes, bool]:
    """The template that counts now, and whether it is the county's own."""
    own = folder / KINDS[kind].name if folder else None
    if own is not None and own.is_file():
        if own.stat().st_size > BIGGEST:
            raise BadTemplate(own.name, [f"{own.name} 太大了，最多5MB。"])
        return own.read_bytes(), True
    return (TEMPLATES / KINDS[kind].ours).read_bytes(), False


def style_of(folder: Path | None) -> Style:
    """The county's choice of type and signatures, else ours. Raises BadTemplate."""
    own = folder / STYLE_NAME if folder else None
    if own is None or not own.is_file():
        return Style()
    try:
        return read_style(own.read_bytes())
    except BadStyle as problem:
        raise BadTemplate(STYLE_NAME, problem.faults) from None


def write_defaults(folder: Path) -> list[str]:
    """Put our templates and the style workbook where a county edits them; what is there already stays."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    ours = {one.name: (TEMPLATES / one.ours).read_bytes() for one in KINDS.values()} | {STYLE_NAME: default_workbook()}
    for name, content in ours.items():
        if not (folder / name).exists():
            (folder / name).write_bytes(content)
            made.append(name)
    return made


def word(kind: str, context: Mapping[str, Any], folder: Path | None) -> bytes:
    """The paper as a Word file without a password: lock it (files/office_lock.py) before it leaves the house.

    A county's own template is checked first. Raises BadTemplate.
    """
    content, own = source(kind, folder)
    if own:
        faults = check(kind, content)
        if faults:
            raise BadTemplate(KINDS[kind].name, faults)
    return _rendered(content, _clean(context))


def context_of(record: Record, unit: str, made: str, mark: str = "", visited: Facts | None = None) -> dict[str, Any]:
    """Everything a template may name. `走访` is the one visit of a visit's form."""
    lists = {
        "监护人": record.people, "类别": record.labels, "救助": record.benefits, "走访记录": record.visits,
        "联系记录": record.contacts, "工作日志": record.log, "关爱帮扶": record.helps, "问题": record.problems,
        "告知同意": record.consents,
    }  # fmt: skip
    empty = dict.fromkeys(_sample_visit(), "")
    return {
        **record.facts, **{name: list(rows) for name, rows in lists.items()}, "单位": unit, "打印日期": made, "演示": mark,
        "走访": visited or empty,
    }  # fmt: skip


# --- checking ------------------------------------------------------------------------------------------------------


def check(kind: str, content: bytes) -> list[str]:
    """What is wrong with a template, in sentences that name the tag and the file; nothing: it can be used."""
    from jinja2 import (  # when a paper is made: megabytes that most days nobody needs
        TemplateError,
        TemplateSyntaxError,
        UndefinedError,
    )

    name = KINDS[kind].name
    if len(content) > BIGGEST:
        return [f"{name} 太大了，最多5MB。"]
    try:
        if _swells(content):
            return [f"{name} 打不开：里面藏的内容太大了。"]
        tags = _tags(content)
    except (KeyError, ValueError, zipfile.BadZipFile, OSError):
        return [f"{name} 打不开：不是 Word 文件（.docx），或者存坏了。"]
    except Exception:
        return [f"{name} 打不开：里面的标签写乱了，请从默认模板重新改。"]
    faults = [f"{name}：标签 {tag} 写错了，{why}" for tag in tags if (why := _single_fault(tag))]
    if faults:
        return faults[:MOST_FAULTS]
    sample = context_of(_sample(), "示例镇示例村", "2026年11月22日", "演示数据", _sample_visit())
    try:
        _rendered(content, sample)
    except UndefinedError as problem:
        unknown = _unknown(str(problem))
        where = next((tag for tag in tags if unknown and unknown in tag), "")
        return [f"{name}：标签 {where or unknown} 里的“{unknown}”没有这一项。能用的名字见默认模板。"]
    except TemplateSyntaxError as problem:
        return [f"{name}：{_unclosed(problem.message or '', tags)}"]
    except TemplateError:
        return [f"{name}：有标签不能用，模板里只能写名字，不能写计算。"]
    except Exception:
        return [f"{name}：标签的位置不对，“{{%tr … %}}”要单独占表格的一行。"]
    return []


def _tags(content: bytes) -> list[str]:
    """Every tag of the document as the clerk wrote it, in order; Word's own splits inside a tag are healed."""
    from docxtpl import DocxTemplate  # type: ignore[import-untyped]

    template = DocxTemplate(io.BytesIO(content))
    template.init_docx()
    parts = [template.patch_xml(template.get_xml())]
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        parts += [template.patch_xml(template.get_part_xml(part)) for _, part in template.get_headers_footers(uri)]
    return [re.sub(r"<[^>]+>", "", tag) for part in parts for tag in _TAG.findall(part)]


def _single_fault(tag: str) -> str:
    """Why a tag cannot be read by itself; empty where it can (or only makes sense with others)."""
    from jinja2 import TemplateSyntaxError

    if not tag.startswith("{{"):
        return ""
    if not tag[2:-2].strip():
        return "里面是空的。"
    try:
        _environment().parse(tag)
    except TemplateSyntaxError:
        return "大括号里只能写一个名字，例如 {{姓名}}。"
    return ""


def _unknown(message: str) -> str:
    """The name jinja did not find: 'x' is undefined / has no attribute 'x'."""
    found = re.findall(r"'([^']*)'", message)
    return found[-1] if found else ""


def _unclosed(message: str, tags: list[str]) -> str:
    loops = [tag for tag in tags if re.match(r"\{%\S*\s*(for|if)\b", tag)]
    ends = [tag for tag in tags if re.match(r"\{%\S*\s*(endfor|endif)\b", tag)]
    if len(loops) > len(ends):
        return f"标签 {loops[-1]} 没有收尾，后面要有“{{%tr endfor %}}”。"
    if len(ends) > len(loops):
        return f"标签 {ends[-1]} 前面没有开头。"
    first = next((tag for tag in tags if tag.startswith("{%") and not _reads(tag)), "")
    return f"标签 {first or tags[0] if tags else ''} 写错了。"


def _reads(tag: str) -> bool:
    return bool(re.fullmatch(r"\{%\S*\s*(?:for\s+\w+\s+in\s+\w+|endfor|if\s+[\w.]+|else|endif)\s*-?%\}", tag))


# --- making --------------------------------------------------------------------------------------------------------


def _environment() -> ImmutableSandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


def _rendered(content: bytes, context: Mapping[str, Any]) -> bytes:
    from docxtpl import DocxTemplate

    template = DocxTemplate(io.BytesIO(content))
    template.render(dict(context), jinja_env=_environment(), autoescape=True)
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


def _clean(value: Any) -> Any:
    """Everything in a file that XML can hold; a line break becomes ；."""
    if isinstance(value, str):
        return clean(value).replace("\r", "").replace("\n", "；")
    if isinstance(value, Mapping):
        return {key: _clean(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(one) for one in value]
    return value


def _sample_visit() -> Facts:
    return visit(Entry(Contact("1", "1", date(2026, 10, 12), Kind.HOME_VISIT, True, True), {}, None, "示例"))


def _sample() -> Record:
    """An invented child with a line in every list: what a template is tried on."""
    day = date(2026, 10, 12)
    child = Child(
        "1", "GT-000-000-0000", "示例", "620799000000", labels=(Label.LEFT_BEHIND,),
        guardians=(Guardian(Relation.FATHER, "示例"), Guardian(Relation.PATERNAL_GRANDPARENT, "示例", carer=True)),
    )  # fmt: skip
    file = ChildFile(
        child, (LabelSpan(Label.LEFT_BEHIND, day),),
        (Benefit("1", "1", BenefitKind.LOW_INCOME, BenefitStatus.GRANTED, since=day),),
        (Help("1", "1", day, HelpKind.GOODS, "书包"),),
        (Consent("1", "1", ConsentKind.NOTICE, ConsentState.GIVEN, day, Whose.CARER, How.ALOUD),),
    )  # fmt: skip
    entries = [
        Entry(Contact("1", "1", day, kind, True, True), {"state": []}, "yes", "示例")
        for kind in (Kind.HOME_VISIT, Kind.PHONE)
    ]
    return record_of(
        file,
        "示例村",
        day,
        entries=entries,
        problems=[Problem("other", "示例", day)],
        steps=[Step(day, "示例", "示例")],
    )
