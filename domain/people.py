"""Who works with children here: units, posts and the people who hold them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class UnitKind(StrEnum):
    """County ⊃ town ⊃ village or community; a department answers for the whole county."""

    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"
    COMMUNITY = "community"
    DEPARTMENT = "department"


class Role(StrEnum):
    """The posts of the county plan (民发〔2019〕34号; plan task 17) and those who keep the system."""

    CHILD_DIRECTOR = "child_director"  # 儿童主任
    SUPERVISOR = "supervisor"  # 儿童督导员
    COUNTY = "county"  # 县民政局
    DEPARTMENT = "department"  # 接收部门
    LEADER = "leader"  # 领导: aggregates only
    ADMIN = "admin"  # 系统管理员: no sensitive fields
    AUDITOR = "auditor"  # 审计员: journals only


@dataclass(frozen=True)
class Unit:
    """A place or an office. `code` is 6 digits (county), 9 (town), 12 (village), or county + '.' + slug (department)."""

    code: str
    kind: UnitKind
    name: str
    parent: str | None


@dataclass(frozen=True)
class Post:
    """One role at one unit. The post stays when people come and go; a deputy may act for its holder."""

    id: str
    role: Role
    unit: Unit
    holder: str | None = None  # person id
    deputy: str | None = None  # person id


@dataclass(frozen=True)
class Me:
    """The person a message came from, with every post held or stood in for."""

    person_id: str
    name: str
    chat_id: int
    posts: tuple[Post, ...]

    def with_role(self, *roles: Role) -> Post | None:
        """The first post held with one of these roles, or None."""
        return next((post for post in self.posts if post.role in roles), None)
