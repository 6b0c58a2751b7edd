"""One row of a roster, read and checked (domain.md 2.3): a child and its people, or every reason why not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from domain.children import Label, Relation, Sex
from domain.identity import IdFault, IdNumber, read_id, read_phone
from domain.people import Unit, UnitKind
from domain.roster import values
from domain.roster.columns import BY_KEY, COLUMNS, RELATION_WORDS, SEX_WORDS
from domain.roster.record import PARENTS, RosterRow
from domain.roster.values import Cell, MonthOnly, Problem, is_blank, text_of
from domain.units import UnitTree

T = TypeVar("T")

LEFT_BEHIND_UNDER = 16  # 国发〔2016〕13号 and the county plan: 农村留守儿童 is under 16
CHILD_UNDER = 18  # 未成年人保护法 art. 2
CARER_FROM = 18  # 未成年人保护法 art. 22: the entrusted person has full capacity
_CANNOT_CARE = {"死亡", "失踪", "失联", "服刑在押", "强戒", "限制人身自由", "撤销资格", "遣送出境"}
_UNATTENDED = _CANNOT_CARE | {"重残", "重病"}  # 民发〔2019〕62号: both parents in one of these
_LONGEST = {"address": 120, "note": 500, "school": 50, "grade": 20, "health": 60, "disability": 60, "ethnicity": 10}
_FILE_NO = re.compile(r"[\w-]{2,40}")


@dataclass(frozen=True)
class Good:
    """A row that can be taken over; warnings are shown and stop nothing."""

    row: RosterRow
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Bad:
    """A row that is not taken over, with every reason at once, in the order of the columns.

    `row` is what it says where it could be read and only another row speaks against it: a person may still choose it.
    """

    problems: tuple[Problem, ...]
    row: RosterRow | None = None


def read_row(
    cells: Mapping[str, Cell], tree: UnitTree, home: Unit | None, today: date, hint: Unit | None = None
) -> Good | Bad:
    """Read one row; `cells` maps column keys to what the workbook held.

    `home` is the importing person's unit: it fills an empty 乡镇 or 村, and rows outside of it are refused (a county
    or None refuses none). `hint` is the place that the sheet's name or title gives, used before `home`.
    """
    reader = _Reader(cells, tree, home, today, hint)
    row = reader.row()
    order = {column.key: place for place, column in enumerate(COLUMNS)}
    if reader.problems or row is None:
        return Bad(tuple(sorted(reader.problems, key=lambda problem: order[problem.column])))
    return Good(row, tuple(reader.warnings))


@dataclass
class _Reader:
    cells: Mapping[str, Cell]
    tree: UnitTree
    home: Unit | None
    today: date
    hint: Unit | None
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def row(self) -> RosterRow | None:
        name = self._name("name", required=True)
        unit = self._unit()
        id_number = self._id("id_no")
        birth_date = self._birth_date(id_number)
        sex = self._sex(id_number)
        labels = self._labels(birth_date)
        father_name, father_state = self._parent("father")
        mother_name, mother_state = self._parent("mother")
        carer_relation = self._choice("carer_relation", values.read_relation)
        states = {Relation.FATHER: father_state, Relation.MOTHER: mother_state}
        if carer_relation and (state := states.get(carer_relation)) in _CANNOT_CARE:
            self._bad("carer_relation", "carer.cannot", relation=RELATION_WORDS[carer_relation], state=state)
        if Label.DE_FACTO_UNATTENDED in labels and not {father_state, mother_state} <= _UNATTENDED:
            self._warn("labels", "labels.unattended_states")
        row = RosterRow(
            name=name or "",
            unit=unit or "",
            sex=sex,
            birth_date=birth_date,
            id_no=id_number.text if id_number else None,
            ethnicity=self._text("ethnicity", values.read_ethnicity),
            address=self._text("address"),
            labels=labels,
            father_name=father_name,
            father_phone=self._phone("father_phone"),
            father_state=father_state,
            mother_name=mother_name,
            mother_phone=self._phone("mother_phone"),
            mother_state=mother_state,
            carer_name=self._name("carer_name"),
            carer_relation=carer_relation,
            carer_phone=self._phone("carer_phone"),
            carer_id_no=self._carer_id(),
            school=self._text("school"),
            grade=self._text("grade"),
            boarding=self._choice("boarding", values.read_yes_no),
            school_status=self._choice("school_status", values.read_school_status),
            health=self._text("health", values.read_health),
            disability=self._text("disability"),
            tier=self._choice("tier", values.read_tier),
            note=self._text("note"),
            file_no=self._file_no(),
        )
        return None if self.problems else self._with_parent_as_carer(row)

    def _with_parent_as_carer(self, row: RosterRow) -> RosterRow | None:
        """A carer who is the father or the mother is one person: one name and one phone, wherever it was typed."""
        relation = row.carer_relation
        if relation is None and row.carer_name is not None:
            parents = {row.father_name: Relation.FATHER, row.mother_name: Relation.MOTHER}
            relation = parents.get(row.carer_name)
        if relation not in PARENTS:
            return row
        who = "father" if relation is Relation.FATHER else "mother"
        name, phone = getattr(row, f"{who}_name"), getattr(row, f"{who}_phone")
        if name and row.carer_name and name != row.carer_name:
            self._bad("carer_name", "carer.other_parent", relation=RELATION_WORDS[relation], parent=name)
            return None
        if phone and row.carer_phone and phone != row.carer_phone:
            self._warn("carer_phone", "phone.several")
        name, phone = name or row.carer_name, phone or row.carer_phone
        row = replace(row, carer_relation=relation, carer_name=name, carer_phone=phone)
        if relation is Relation.FATHER:
            return replace(row, father_name=name, father_phone=phone)
        return replace(row, mother_name=name, mother_phone=phone)

    def _bad(self, column: str, code: str, **params: object) -> None:
        self.problems.append(Problem(column, code, {"column": BY_KEY[column].heading, **params}))

    def _warn(self, column: str, code: str, **params: object) -> None:
        self.warnings.append(Problem(column, code, {"column": BY_KEY[column].heading, **params}))

    def _said(self, column: str) -> str | None:
        cell = self.cells.get(column)
        return None if is_blank(cell) else text_of(cell)

    def _text(self, column: str, read: Callable[[Cell], str] = text_of) -> str | None:
        said = self._said(column)
        if said is None:
            return None
        said = read(said)
        if len(said) > _LONGEST[column]:
            self._bad(column, "text.long", most=_LONGEST[column])
        return said

    def _choice(self, column: str, read: Callable[[Cell], T | None]) -> T | None:
        cell = self.cells.get(column)
        # 无 under 是否寄宿 means no, not nothing
        if is_blank(cell) and not (column == "boarding" and text_of(cell) in ("无", "没有")):
            return None
        value = read(cell)
        if value is None:
            self._bad(column, "choice", value=text_of(cell), choices="、".join(BY_KEY[column].choices))
        return value

    def _name(self, column: str, required: bool = False) -> str | None:
        said = self._said(column)
        if said is None:
            if required:
                self._bad(column, "required")
            return None
        name = re.sub(r"[•・‧∙．.⋅•‧]", "·", said.replace(" ", ""))
        if any(char.isdecimal() for char in name):
            self._bad(column, "name.digits", value=said)
        elif not all(_is_han(char) or char == "·" for char in name) or "··" in name or name.strip("·") != name:
            self._bad(column, "name.characters", value=said)
        elif not 2 <= len(name) <= 20:
            self._bad(column, "name.length", value=said)
        return name

    def _parent(self, who: str) -> tuple[str | None, str | None]:
        """Name and state. 去世 or 服刑 in the name column is a state, and no name."""
        state = self._choice(f"{who}_state", values.read_state)
        said = self._said(f"{who}_name")
        if said is not None and (instead := values.read_state(said)) is not None:
            return None, state or instead
        if said is not None and said.strip() in values.NO_NAMES:
            self._warn(f"{who}_name", "name.none", value=said.strip())
            return None, state
        return self._name(f"{who}_name"), state

    def _unit(self) -> str | None:
        town_said, village_said = self._said("town"), self._said("village")
        place = self.hint or self.home
        if (
            village_said is None
            and town_said is None
            and place is not None
            and place.kind in (UnitKind.VILLAGE, UnitKind.COMMUNITY)
        ):
            return self._within(place)
        town: Unit | None = None
        if town_said is not None:
            town = next((unit for unit in self.tree.exact(town_said) if unit.kind is UnitKind.TOWN), None)
            if town is None:
                self._bad("town", "town.unknown", value=town_said)
                return None
        elif place is not None:
            town = self.tree.town_of(place.code)
        if village_said is None:
            same = place is not None and place.kind in (UnitKind.VILLAGE, UnitKind.COMMUNITY)
            if same and place is not None and (town is None or place.parent == town.code):
                return self._within(place)
            self._bad("village", "required")
            return None
        found = [unit for unit in self.tree.exact(village_said) if unit.kind in (UnitKind.VILLAGE, UnitKind.COMMUNITY)]
        here = [unit for unit in found if town is None or unit.parent == town.code]
        if not here and town_said is None and len(found) == 1:
            here = found  # the sheet's or the person's town was only a guess
        if len(here) == 1:
            return self._within(here[0])
        if here:
            towns = "、".join(self.tree.path_name(unit.parent or "") for unit in here)
            self._bad("village", "village.ambiguous", value=village_said, towns=towns)
            return None
        if town is None:
            self._bad("town", "required")
            return None
        if found:
            towns = "、".join(self.tree.path_name(unit.parent or "") for unit in found)
            self._bad("village", "village.other_town", value=village_said, town=town.name, towns=towns)
            return None
        near = [unit.name for unit in self.tree.find(village_said, town) if unit.parent == town.code][:3]
        if near:
            self._bad("village", "village.near", value=village_said, town=town.name, near="、".join(near))
            return None
        self._bad("village", "village.unknown", value=village_said, town=town.name)
        return None

    def _within(self, unit: Unit) -> str | None:
        limited = self.home is not None and self.home.kind is not UnitKind.COUNTY
        if limited and self.home is not None and unit.code not in self.tree.under(self.home.code):
            self._bad(
                "village",
                "village.outside",
                value=self.tree.path_name(unit.code),
                home=self.tree.path_name(self.home.code),
            )
            return None
        return unit.code

    def _id(self, column: str) -> IdNumber | None:
        cell = self.cells.get(column)
        if is_blank(cell):
            return None
        # A number cell holds 15 digits at most: whatever stands there now, the last three are not what was typed.
        if isinstance(cell, int | float) and not isinstance(cell, bool) and cell >= 10**15:
            self._bad(column, "id_no.lost_digits")
            return None
        read = read_id(text_of(cell))
        if isinstance(read, IdNumber):
            return read
        said = text_of(cell).replace(" ", "")
        if read is IdFault.LENGTH and len(said) == 15 and said.isdecimal():
            self._bad(column, "id_no.first_generation")
            return None
        self._bad(column, f"id_no.{read.value}", **({"length": len(said)} if read is IdFault.LENGTH else {}))
        return None

    def _birth_date(self, id_number: IdNumber | None) -> date | None:
        cell = self.cells.get("birth_date")
        born = id_number.birth_date if id_number else None
        if not is_blank(cell):
            read = values.read_birth_date(cell)
            if isinstance(read, str):
                self._bad("birth_date", values.why_impossible(read, cell), value=text_of(cell))
                return None
            if isinstance(read, MonthOnly):
                if born is None:
                    self._bad("birth_date", "birth_date.no_day", value=text_of(cell))
                    return None
                agrees = born.year == read.year and read.month in (None, born.month)
            else:
                agrees = born in (None, read)
                born = born or read
            if not agrees and born is not None:
                self._bad("birth_date", "birth_date.not_as_id", value=text_of(cell), born=born.isoformat())
                return None
        if born is None:
            if not any(problem.column == "id_no" for problem in self.problems):
                self._warn("birth_date", "birth_date.missing")
            return None
        if born > self.today:
            self._bad("birth_date", "birth_date.future", value=born.isoformat())
            return None
        if _age(born, self.today) >= CHILD_UNDER:
            self._bad("birth_date", "birth_date.adult", value=born.isoformat())
            return None
        return born

    def _sex(self, id_number: IdNumber | None) -> Sex | None:
        said = self._choice("sex", values.read_sex)
        by_id = id_number.sex if id_number else None
        if said is not None and by_id is not None and said is not by_id:
            self._bad("sex", "sex.not_as_id", value=SEX_WORDS[said], by_id=SEX_WORDS[by_id])
        return said or by_id

    def _labels(self, birth_date: date | None) -> tuple[Label, ...]:
        cell = self.cells.get("labels")
        if is_blank(cell):
            return ()
        labels, unknown = values.read_labels(cell)
        if vague := [word for word in unknown if word in values.VAGUE_LABELS]:
            unknown = tuple(word for word in unknown if word not in values.VAGUE_LABELS)
            if not labels and not unknown:
                labels = (Label.OTHER,)
                self._warn("labels", "labels.vague", value=vague[0])
        if unknown:
            self._bad("labels", "choice", value="、".join(unknown), choices="、".join(BY_KEY["labels"].choices))
        if Label.LEFT_BEHIND in labels and birth_date and _age(birth_date, self.today) >= LEFT_BEHIND_UNDER:
            self._bad("labels", "labels.left_behind_age", age=_age(birth_date, self.today))
        return labels

    def _phone(self, column: str) -> str | None:
        said = self._said(column)
        if said is None:
            return None
        parts = [part for part in re.split(r"[、,,;;/／]|\s(?=1\d{10})", said) if part.strip()]
        phones = [phone for part in parts if (phone := read_phone(part))]
        if not phones or len(phones) < len(parts):
            self._bad(column, "phone", value=said)
            return None
        if len(phones) > 1:
            self._warn(column, "phone.several")
        return phones[0]

    def _carer_id(self) -> str | None:
        read = self._id("carer_id_no")
        if read is None:
            return None
        child = read_id(text_of(self.cells.get("id_no")))
        if isinstance(child, IdNumber) and child.text == read.text:
            self._bad("carer_id_no", "carer.is_child")
            return None
        if _age(read.birth_date, self.today) < CARER_FROM:
            self._bad("carer_id_no", "carer.too_young", age=_age(read.birth_date, self.today))
            return None
        return read.text

    def _file_no(self) -> str | None:
        said = self._said("file_no")
        if said is None:
            return None
        number = unicodedata.normalize("NFKC", said).replace(" ", "").upper()
        if not _FILE_NO.fullmatch(number):
            self._bad("file_no", "file_no", value=said)
            return None
        return number


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _is_han(char: str) -> bool:
    """A Chinese character that has a name of its own: all extensions, not the private ones that print as a box."""
    return (
        char == "〇"
        or unicodedata.name(char, "").startswith(("CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH"))
        or 0x20000 <= ord(char) <= 0x3FFFD
    )
