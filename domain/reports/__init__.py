"""Mandatory reports 强制报告: what is asked, where a report goes, who is gone around, where it stands, who is next.

situations  what can happen to a child, as data, and which departments hear of it
conflict    whom a report goes around when somebody of the village, the town office or one's own is involved
form        the questions
events      what can happen to a report, as facts
life        events → state of each department's desk and of the whole report
case        who may take which step now
hours       time as a department counts it
crew        who stands on which rung of a ladder
clocks      what is owed by whom until when, as one table; who is next
rising      what has to be said about a clock now
silence     half-told reports

Sources: 未成年人保护法 art. 11; 九部门《关于建立侵害未成年人案件强制报告制度的意见（试行）》 art. 4; plan task 6.
"""
