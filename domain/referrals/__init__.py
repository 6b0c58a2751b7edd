"""Referrals 转介: help for one child or family that another office gives (plan tasks 2, 4, 6, 7, 8, 10, 11, 13, 16, 18).

One mechanism, types as data: raised → sent to the lead unit → accepted, or sent back with the reason → steps → result →
told to who asked, and by the director to the family. A matter of harm is never a referral: it is a report.

types        what can be asked for, as data
events       what can happen to a referral, as facts
life         events → where it stands
steps        who may do what now
clocks       until when a word is expected, and who hears when none comes
forms        the questions
board        needs without names
asked        "小虎要看心理老师": a request in a worker's own words
eligibility  which benefits may apply (task 10)
guidance     60-second texts for families (task 8)
"""
