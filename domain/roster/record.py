"""What one row of a roster says about a child, and how it is laid over what is already on file."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date

from domain.children import Child, Guardian, Label, Relation, Sex, Tier

PARENTS = (Relation.FATHER, Relation.MOTHER)


@dataclass(frozen=True)
class RosterRow:
    """What a row says. None (or no labels) means that it says nothing about that, not that there is none."""

    name: str
    unit: str
    sex: Sex | None = None
    birth_date: date | None = None
    id_no: str | None = None
    ethnicity: str | None = None
    address: str | None = None
    labels: tuple[Label, ...] = ()
    father_name: str | None = None
    father_phone: str | None = None
    father_state: str | None = None
    mother_name: str | None = None
    mother_phone: str | None = None
    mother_state: str | None = None
    carer_name: str | None = None
    carer_relation: Relation | None = None
    carer_phone: str | None = None
    carer_id_no: str | None = None
    school: str | None = None
    grade: str | None = None
    boarding: bool | None = None
    school_status: str | None = None
    health: str | None = None
    disability: str | None = None
    tier: Tier | None = None
    note: str | None = None
    file_no: str | None = None

    @property
    def people(self) -> frozenset[str]:
        """The names of those who look after the child; tells apart children of one name."""
        return frozenset(filter(None, (self.father_name, self.mother_name, self.carer_name)))

    @classmethod
    def of(cls, child: Child) -> RosterRow:
        """What a full row for this child would say. A child's file has no note: that column stays empty."""
        father = _person(child, Relation.FATHER) or Guardian(Relation.FATHER, "")
        mother = _person(child, Relation.MOTHER) or Guardian(Relation.MOTHER, "")
        carer = next((person for person in child.guardians if person.carer), None)
        same = {each.name for each in fields(cls)} & {each.name for each in fields(child)}
        return cls(
            **{key: getattr(child, key) for key in same},
            father_name=father.name or None,
            father_phone=father.phone,
            father_state=father.state,
            mother_name=mother.name or None,
            mother_phone=mother.phone,
            mother_state=mother.state,
            carer_name=(carer.name or None) if carer else None,
            carer_relation=carer.relation if carer else None,
            carer_phone=carer.phone if carer else None,
            carer_id_no=carer.id_no if carer else None,
        )

    def apply_to(self, child: Child) -> Child:
        """The child as this row corrects it. What the row leaves empty stays as it was; nothing is erased."""
        same = {each.name for each in fields(self)} & {each.name for each in fields(child)}
        said = {key: value for key in same if (value := getattr(self, key)) not in (None, ())}
        return replace(child, **said, guardians=self._guardians(child.guardians))

    def _guardians(self, known: tuple[Guardian, ...]) -> tuple[Guardian, ...]:
        people = list(known)
        for relation, name, phone, state in (
            (Relation.FATHER, self.father_name, self.father_phone, self.father_state),
            (Relation.MOTHER, self.mother_name, self.mother_phone, self.mother_state),
        ):
            if name or phone or state:
                away = {"外出务工": True, "正常": False}.get(state or "")
                _merge(people, Guardian(relation, name or "", phone, state=state, away=away))
        if self.carer_name or self.carer_relation or self.carer_phone or self.carer_id_no:
            self._put_carer(people)
        return tuple(people)

    def _put_carer(self, people: list[Guardian]) -> None:
        """Say who of these people the child lives with: the one known already, another known one, or a new one."""
        relation, name = self.carer_relation, self.carer_name
        said = Guardian(relation or Relation.OTHER, name or "", self.carer_phone, self.carer_id_no, carer=True)
        before = next((place for place, person in enumerate(people) if person.carer), None)
        place = before if before is not None and self._same_carer(people[before]) else None
        if place is None and relation in PARENTS:
            place = next((place for place, person in enumerate(people) if person.relation is relation), None)
        elif place is None and name:
            place = next((place for place, person in enumerate(people) if self._same_carer(person)), None)
        for each, person in enumerate(people):
            people[each] = replace(person, carer=False)
        if place is None:
            people.append(said)
        else:
            people[place] = _merged(people[place], replace(said, relation=relation or people[place].relation))

    def _same_carer(self, known: Guardian) -> bool:
        if known.relation not in PARENTS:
            return self.carer_relation not in PARENTS and self.carer_name in (None, known.name)
        own = self.father_phone if known.relation is Relation.FATHER else self.mother_phone
        if None not in (own, self.carer_phone) and own != self.carer_phone:
            return False  # the row gives this parent another phone, so its carer is somebody else
        return self.carer_relation in (None, known.relation) and self.carer_name in (None, known.name)


def _person(child: Child, relation: Relation) -> Guardian | None:
    return next((person for person in child.guardians if person.relation is relation), None)


def _merge(people: list[Guardian], said: Guardian) -> None:
    """Put what was said of a father or mother over what is known of them."""
    for place, known in enumerate(people):
        if known.relation is said.relation:
            people[place] = _merged(known, said)
            return
    people.append(said)


def _merged(known: Guardian, said: Guardian) -> Guardian:
    return replace(
        known,
        relation=said.relation,
        name=said.name or known.name,
        phone=said.phone or known.phone,
        id_no=said.id_no or known.id_no,
        state=said.state or known.state,
        away=known.away if said.state in (None, known.state) else said.away,
        carer=said.carer or known.carer,
    )
