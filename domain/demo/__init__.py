"""The demo county: invented people, children and a year of work, from a seed (domain.md section 7).

Everything is a function of (seed, number of children, day): random.Random seeded with text, never the global generator,
`hash()` or the order of a set. Places are the county's real ones, for structure only; stories of harm happen in
示范镇甲村 alone, which does not exist. ID numbers begin with 620799 and phones with 100, so that none can be anybody's.

names     surnames and given names by cohort         ids        row ids, ID numbers, phones
staff     posts and who holds them                   families   one household: parents, carer, children
special   the edge cases, each on purpose            tiers      risk tiers, from the facts of the files
county    all of it together                         history    a year of contacts, visits and issues
words     what directors wrote                       cases      the reports of 甲村
agreements  委托照护协议 of the families, in every state
"""
