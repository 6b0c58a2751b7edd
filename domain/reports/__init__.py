"""Mandatory reports 强制报告: what is asked, where a report goes, who is gone around, and where it stands.

situations  what can happen to a child, as data, and which departments hear of it
conflict    whom a report goes around when somebody of the village or the town office is involved
form        the questions
case        events → state of each department's desk and of the whole report

Sources: 未成年人保护法 art. 11; 九部门《关于建立侵害未成年人案件强制报告制度的意见（试行）》 art. 4; plan task 6.
"""
