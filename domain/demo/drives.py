"""Words of the demo county's campaigns, announcements and requests for help: all of it invented."""

from __future__ import annotations

AUTUMN_GIFT, AUTUMN_GIVER = "月饼和文具一份", "县妇联"
NEW_YEAR_GIFT, NEW_YEAR_GIVER = "米面油一份", "县慈善协会"
BRIDGE = 8  # days before 元旦 from which the list is worked off

# (days ago, urgent, role, text, share of those who tapped 知道了)
ANNOUNCEMENTS = (
    (12, False, "directors", "入冬生炉子了，请各村这两周去留守老人和孩子家里看一眼烟囱和窗户，发现倒烟的当天报村里。", 0.86),
    (2, False, "everybody", "12月2日前，把返乡家长的新电话记到档案里，记不全的随时点“求助”。", 0.55),
)  # fmt: skip

# (days ago, sort, words, answer or None, taken)
REQUESTS = (
    (9, "unwilling", "大孩子不愿意跟我说话，去了三回都躲在屋里，不知道咋开口。", "先别问学习，帮着一起喂羊、写作业，下周我跟您一块儿去。", False),
    (3, "busy", "这个月摘辣椒，白天家里都没人，晚上又太远。", None, True),
    (1, "system", "拍的照片传不上去，手机总说内存满了。", None, False),
)  # fmt: skip
