"""Characters of real given names, and those that the older character set has of them."""

from __future__ import annotations

# 通用规范汉字表 and beyond: characters of real given names that GB 2312 lacks
NOT_IN_GB2312 = "喆堃昇垚玥珺祎淼焱晞琤翀珅昉曈珩玙㛃赟洺祺沄浠忻烜玮婳彧禛翾嫚珞琰璟瑀瑄懿暟旻昱晟炘煊熠祾芃芊菡蔚薇蕴湉潞颢骐鋆铖𬭚𠮷𫖯𬍛𬘫"


def gb2312() -> set[str]:
    """The 6,763 characters of GB 2312: level 1 and 2 hold nearly every given name in use."""
    rows = ((row, cell) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    found = (bytes(pair).decode("gb2312", "ignore") for pair in rows)
    return {one for one in found if one}
