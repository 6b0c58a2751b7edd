"""A session of training, for those who may hold it."""

from __future__ import annotations

from bot.work import Refused, Work
from db import training
from db.training import Training
from domain.access import Action


def session_of(work: Work, training_id: str) -> Training:
    found = training.get(work.conn, training_id)
    if found is None:
        raise Refused("training.gone")
    work.demand_in(Action.TRAIN, found.unit)
    return found
