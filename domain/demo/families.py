"""One household: what its children are on the roster for, who their parents are, and who looks after them (domain.md 7.8)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from domain.children import Child, Guardian, Label, Relation, Sex
from domain.demo import names
from domain.demo.ids import Ids, Numbers
from domain.people import Unit, UnitKind

# What a household is on the roster for; numbers per 3,000 children.
MIX = {
    Label.LEFT_BEHIND: 1050, Label.LOW_INCOME: 624, Label.NEAR_LOW_INCOME: 156, Label.SINGLE_PARENT: 520,
    Label.ILL_OR_DISABLED: 330, Label.DE_FACTO_UNATTENDED: 110, Label.ORPHAN: 30, Label.MIGRANT: 110,
    Label.IMPROPER_GUARDIANSHIP: 45, Label.OTHER: 25,
}  # fmt: skip
BOYS = 0.545
WORK_PLACES = {
    "新疆昌吉": 11, "新疆哈密": 9, "新疆乌鲁木齐": 8, "内蒙古额济纳": 8, "内蒙古阿右旗": 6, "兰州": 12, "酒泉": 7,
    "嘉峪关": 5, "青海西宁": 5, "青海格尔木": 3, "陕西西安": 6, "浙江义乌": 7, "江苏苏州": 5, "广东东莞": 6, "张掖甘州": 2,
}  # fmt: skip
DISABILITIES = ("智力三级", "肢体二级", "听力二级", "言语三级", "精神三级", "多重一级", "视力二级", "肢体四级")
ILLNESSES = ("患病", "患病", "先天性心脏病", "癫痫", "哮喘")
GONE = ("死亡", "失联", "服刑在押", "强戒")
PEOPLES = {"汉族": 982, "回族": 7, "藏族": 5, "裕固族": 6}
_GRANDPARENTS = (Relation.PATERNAL_GRANDPARENT, Relation.MATERNAL_GRANDPARENT)


@dataclass(frozen=True)
class Household:
    """Children under one roof, with the same people around them and one file date."""

    children: tuple[Child, ...]
    carer_age: int | None = None


@dataclass
class Maker:
    """Makes the households of one county. `home` is the village or community, `town` its town's name."""

    rng: Random
    ids: Ids
    numbers: Numbers
    day: date

    def household(
        self, home: Unit, town: str, size: int = 1, kind: Label | None = None, family: str | None = None
    ) -> Household:
        """A household of so many children; what it is on the roster for and its surname by chance unless given."""
        kind = kind or self.rng.choices(list(MIX), weights=list(MIX.values()))[0]
        births = self._births(kind, size)
        family = family or names.surname(self.rng)
        guardians, labels, carer_age = self._people(kind, family, min(births))
        shared = self.ids.new() if size > 1 else None
        address = self._address(home)
        people = self.rng.choices(list(PEOPLES), weights=list(PEOPLES.values()))[0]
        added = self._added(max(births))
        children: list[Child] = []
        for born in births:
            sex = Sex.MALE if self.rng.random() < BOYS else Sex.FEMALE
            name = names.child(self.rng, family, sex)
            while any(name == one.name for one in children):
                name = names.child(self.rng, family, sex)
            child = Child(
                self.ids.new(), "", name, home.code, labels=labels, guardians=guardians, household=shared,
                address=address, ethnicity=people, added_on=added, **self._health(kind),
            )  # fmt: skip
            children.append(self.born(child, town, born, sex))
        return Household(tuple(children), carer_age)

    def born(self, child: Child, town: str, day: date, sex: Sex) -> Child:
        """The child with this birth date and sex, and the ID number, school and file date that go with them."""
        id_no = self.numbers.id_no(day, sex) if self.rng.random() < 0.97 else None
        added = max(child.added_on or day, day + timedelta(days=30))
        return replace(
            child, sex=sex, birth_date=day, id_no=id_no, added_on=added, **self._school(day, town)
        )

    # --- dates ---

    def _births(self, kind: Label, size: int) -> list[date]:
        """Birth dates, the first child's by the ages of domain.md 7.8, the others' some years from it."""
        top = 15.9 if kind is Label.LEFT_BEHIND else 17.9
        if kind is Label.LEFT_BEHIND:
            first = self._within(((0.3, 6, 217), (6, 14, 674), (14, 15.9, 109)))
        else:
            first = self._within(((0.3, 6, 20), (6, 14, 52), (14, 16, 13), (16, 17.9, 15)))
        ages = [first]
        while len(ages) < size:
            age = self.rng.choice(ages) + self.rng.choice((-1, 1)) * self.rng.uniform(1.2, 4.5)
            if 0.3 <= age <= top and all(abs(age - other) >= 1 for other in ages):
                ages.append(age)
        return [self.day - timedelta(days=round(age * 365.25)) for age in ages]

    def _within(self, spans: tuple[tuple[float, float, int], ...]) -> float:
        low, high, _ = self.rng.choices(spans, weights=[weight for *_, weight in spans])[0]
        return self.rng.uniform(low, high)

    def _added(self, youngest: date) -> date:
        """When the file was opened: for most, when the county began; never before the youngest was a month old."""
        back = self.rng.randint(400, 540) if self.rng.random() < 0.85 else self.rng.randint(12, 395)
        return max(self.day - timedelta(days=back), youngest + timedelta(days=30))

    # --- people ---

    def _people(self, kind: Label, family: str, eldest: date) -> tuple[tuple[Guardian, ...], tuple[Label, ...], int | None]:
        rng, more = self.rng, []
        father_state, mother_state = "正常", "正常"
        carer: Relation = Relation.MOTHER if rng.random() < 0.65 else Relation.FATHER
        if kind is Label.LEFT_BEHIND:
            father_state, mother_state = "外出务工", "外出务工"
            draw = rng.random()
            if draw > 0.92:
                mother_state, more = "离异不履责", [Label.SINGLE_PARENT]
            elif draw > 0.7:
                mother_state = rng.choice(("重病", "重残"))
            carer = self._other_carer(0.96)
        elif kind is Label.SINGLE_PARENT:
            states = [rng.choice(("死亡", "离异不履责", "离异不履责")), rng.choice(("正常", "正常", "外出务工"))]
            rng.shuffle(states)
            father_state, mother_state = states
            stays = Relation.FATHER if father_state == "正常" else Relation.MOTHER
            carer = stays if "正常" in states else self._other_carer(0.95)
        elif kind is Label.DE_FACTO_UNATTENDED:
            father_state = rng.choice(("服刑在押", "死亡", "重残", "重病", "失联"))
            mother_state = rng.choice(("失联", "重病", "重残", "强戒"))
            carer = self._other_carer(0.85)
        elif kind is Label.ORPHAN:
            father_state = mother_state = "死亡"
            carer = self._other_carer(0.7)
        elif kind in (Label.LOW_INCOME, Label.NEAR_LOW_INCOME) and rng.random() < 0.3:
            father_state, carer = "外出务工", Relation.MOTHER
        if kind in (Label.LEFT_BEHIND, Label.SINGLE_PARENT, Label.ILL_OR_DISABLED) and rng.random() < 0.1:
            more.append(Label.LOW_INCOME)
        born = date(eldest.year - rng.randint(24, 34), rng.randint(1, 12), rng.randint(1, 28))
        place = rng.choices(list(WORK_PLACES), weights=list(WORK_PLACES.values()))[0]
        father = self._parent(Relation.FATHER, names.parent(rng, Sex.MALE, family), father_state, carer, place)
        if rng.random() < 0.2:
            place = rng.choices(list(WORK_PLACES), weights=list(WORK_PLACES.values()))[0]
        mother = self._parent(Relation.MOTHER, names.parent(rng, Sex.FEMALE), mother_state, carer, place)
        labels = tuple(label for label in Label if label in {kind, *more})
        if carer in (Relation.FATHER, Relation.MOTHER):
            return (father, mother), labels, None
        third, age = self._third(carer, family, born)
        return (third, father, mother), labels, age

    def _other_carer(self, grandparents: float) -> Relation:
        if self.rng.random() < grandparents:
            return Relation.PATERNAL_GRANDPARENT if self.rng.random() < 0.88 else Relation.MATERNAL_GRANDPARENT
        return Relation.RELATIVE if self.rng.random() < 0.8 else Relation.NEIGHBOUR

    def _parent(self, relation: Relation, name: str, state: str, carer: Relation, place: str) -> Guardian:
        away = {"外出务工": True, "正常": False}.get(state)
        return Guardian(
            relation, name, None if state in GONE or self.rng.random() < 0.05 else self.numbers.phone(), away=away,
            work_place=place if away else None, state=state, carer=relation is carer,
        )  # fmt: skip

    def _third(self, relation: Relation, family: str, parent_born: date) -> tuple[Guardian, int]:
        """The carer who is not a parent, with an ID number for most."""
        rng, old = self.rng, relation in _GRANDPARENTS
        sex = Sex.FEMALE if rng.random() < 0.6 else Sex.MALE
        # grandmothers bear another surname than the father's family, grandfathers the same
        own = family if relation is Relation.PATERNAL_GRANDPARENT and sex is Sex.MALE else None
        name = names.grandparent(rng, sex, own) if old else names.parent(rng, sex)
        year = parent_born.year - rng.randint(22, 29) if old else parent_born.year + rng.randint(-6, 6)
        born = date(max(year, self.day.year - 79), rng.randint(1, 12), rng.randint(1, 28))
        id_no = self.numbers.id_no(born, sex) if rng.random() < 0.75 else None
        age = self.day.year - born.year - ((self.day.month, self.day.day) < (born.month, born.day))
        return Guardian(relation, name, self.numbers.phone(), id_no, carer=True), age

    # --- the rest of the file ---

    def _address(self, home: Unit) -> str:
        if home.kind is UnitKind.COMMUNITY:
            return f"{home.name}{self.rng.randint(1, 18)}号楼{self.rng.randint(1, 4)}单元{self.rng.randint(101, 602)}"
        return f"{home.name}{self.rng.choice('一二三四五六七八')}社{self.rng.randint(1, 60)}号"

    def _health(self, kind: Label) -> dict[str, Any]:
        if kind is not Label.ILL_OR_DISABLED:
            return {"health": "健康"}
        if self.rng.random() < 0.55:
            return {"health": "残疾", "disability": self.rng.choice(DISABILITIES)}
        return {"health": self.rng.choice(ILLNESSES)}

    def _school(self, born: date, town: str) -> dict[str, Any]:
        """School by the age on 31 August before the current school year."""
        none: dict[str, Any] = {"school": None, "grade": None, "boarding": None}
        start = self.day.year if self.day.month >= 9 else self.day.year - 1
        age = start - born.year - ((born.month, born.day) > (8, 31))
        draw = self.rng.random()
        if age < 3:
            return none | {"school_status": "未入园"}
        if age < 6:
            return none | {"school": f"{town}中心幼儿园", "school_status": "幼儿园", "grade": "小中大"[age - 3] + "班"}
        if age < 12:
            grade = "一二三四五六"[age - 6] + "年级"
            return {"school": f"{town}中心小学", "school_status": "小学", "grade": grade, "boarding": draw < 0.08}
        if age < 15:
            if draw < 0.004:
                return none | {"school_status": "辍学"}
            grade = "七八九"[age - 12] + "年级"
            return {"school": f"{town}初级中学", "school_status": "初中", "grade": grade, "boarding": draw < 0.6}
        if draw < 0.06:
            return none | {"school_status": "不在学"}
        name, status = ("县示范高中", "高中") if draw < 0.66 else ("县示范职业中学", "中职")
        return {"school": name, "school_status": status, "grade": "高" + "一二三"[min(age, 17) - 15], "boarding": draw < 0.9}
