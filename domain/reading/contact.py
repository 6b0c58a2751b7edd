"""The contact actually made: its kind, whether anybody was reached, who was met, whether the child was seen.

A failed video call followed by a call is a call; a call and then a visit is a visit; what is only planned, denied or
belongs to an earlier day is not this contact; where all failed, the kind is the one attempted (label rules).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum

from domain.contacts import Kind
from domain.reading.contact_told import Heard, hear, telling
from domain.reading.days import Mention, Vague
from domain.reading.folding import fold
from domain.reading.places import PUBLIC


class State(Enum):
    DONE = "done"
    FAILED = "failed"
    DENIED = "denied"
    NOT_NOW = "not now"  # planned, or another day's


@dataclass(frozen=True)
class Cue:
    """Words that tell of a kind of contact."""

    start: int
    end: int
    kind: Kind
    state: State
    weight: int  # 1 weak, 2 plain, 3 strong
    bare: bool = False  # 打通了, 接了: of whichever call was tried before
    place: bool = False  # only where somebody was: 在村口
    closing: bool = False  # the last words say how it was done: ……，今天电话里说的


@dataclass(frozen=True)
class Read:
    """What the message says about the contact. `kind` is None where nothing tells; None elsewhere means not said."""

    kind: Kind | None
    cue: Cue | None
    reached: bool
    met: tuple[str, ...]
    child_seen: bool | None
    denied_kind: bool
    places: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)  # the words of met, seen, reached
    likely: Kind | None = None  # where nothing plainly tells: what notes told like this one mostly are


_KIN = r"(?:他|她|娃|孩子)?(?:的)?(?:爷爷?|奶奶?|爸爸?|妈妈?|姥[姥爷]|外[公婆]|姑姑?|姨|舅舅?|叔叔?|大?伯|婶|老汉|老人|父亲|母亲|家长|家人|家里人?)"
_SEE = r"(?:拉着|拽|等|喊|说话|见|碰|遇|看|瞅|撞见|谈|聊|问|找|探|说[的起]|讲[的起]|接(?!走|受))"

# Masked before reading: the same words about something else.
_NOT_A_CONTACT = re.compile(
    r"(?:录|拍)(?:成|了|下|个|上)*[^，。；]{0,3}视频|(?:看|刷|玩|拍|录|短|小|监控|抖音|教学|学习|宣传|播放|转发|发|剪|放)(?:了|的|着|个|过|点|些|小|短|一个|一段|这个|那个|会儿?|手机)*视频(?!电话|通话|聊|联系)|视频(?:号|课|网站|作业|平台|监控|软件|文件|资料)|电话(?:手表|号码?|费|卡|本)|(?:换|留|存|记|要|没有?|停|办|买|交|给)(?:了|个|下|过|的)*(?:新)?(?:的)?电话(?:号|$|[，。\s])|"
    r"家访(?:记录|表|本)|走访(?:记录|表|本|台账)|入户(?:表|调查表)|上门女婿|说话|(?:娃|孩子|他|她)(?:每天|天天|经常|老|老是|就)?(?:给|跟|和)(?:他|她)?(?:爸|妈|爹|娘|爷|奶|同学)[爸妈爷奶]?(?:每天|每周|天天|经常|常|都|也|会|能)?(?:打|通|视频|发)(?:了|个|过)?(?:电话|视频|话|微信)?|"
    r"(?:她|他|孩子|娃)?[爸妈](?:每周|每天|经常|天天|常|有时|隔几天|一周|一个月|每个月|也)(?:都|能|会)?(?:给|跟|和|打|视频|来)[^，。；]{0,6}(?:电话|视频|微信)?"
)
_CUES: tuple[tuple[Kind, int, re.Pattern[str]], ...] = tuple(
    (kind, weight, re.compile(regex))
    for kind, weight, regex in (
        (Kind.PHONE, 3, r"(?:电话|微信电话|语音)(?:家访|走访|回访|入户|随访|访问)|打(?:他|她|娃|孩子)[^，。；]{1,4}的?电话|(?:手机|电话|号码?)[^，。；]{0,3}(?:停机|关机|打不[通进]|没人接)|打(?:了|过|个|的|通|去|来|给|下|一个|几个|一通|两个|三个|了个|过去|完|遍|了一个|了几个|了三个|了两个|[0-9一二两三四五六几]+[个次遍通])*(?:电话|手机)|"
         r"电话(?:联系|问|里|沟通|了解|打|聊|上|核实|通知|询问|接通|说|给|过去|中|那头|访|找|通了)|(?:通|来|接|拨|回|去|挂)(?:了|过|完|的|个|一个|下|通)*(?:电话|话(?!题))|微信语音(?!消息|条|留言)(?:通话|电话|聊|打|说|了)?|语音(?:通话|电话|聊)|(?:打|拨|开|连|通)(?:了|个|过|的|一个)*(?:微信)?语音|电话打(?:到|给|过去|回去)|(?:微信|语音)通(?:了)?(?:个)?话|电联|致电|(?:打|拨)[^，。；]{0,3}座机|(?:打|来)(?:的|了)?电话"),
        (Kind.PHONE, 3, r"[去致复]电(?=问|询|告知|核实|联系)|(?<![停断没])来电(?=反映|反应|反馈|说|称|询|问|咨询|告知|告诉|求助|讲)"),
        (Kind.PHONE, 2, r"(?:给|跟)[^，。；\s]{1,8}?打的(?=$|[，。；！!])|📞|☎|📱|📲"),
        (Kind.VIDEO, 2, r"📹|🎥|🎦"),
        (Kind.HOME_VISIT, 2, r"🏠|🏡"),
        (Kind.IN_PERSON, 2, r"🏫|🏥"),
        (Kind.OTHER, 2, r"💬|✉|📩|📨"),
        (Kind.PHONE, 2, r"电话|打来(?:的|了|$|[，。])|座机|打(?:给|通了?|过去)(?!视频)|接的(?!娃|孩子)|拨通|又打通了?|打通(?=了|的)|没接|不接(?=$|[，。；！!气])|(?:又)?给我(?:回|打|拨)(?:了)?(?:个)?(?:电话|过来)|回(?:了)?过来(?:了|的)?|回拨"),
        (Kind.VIDEO, 3, r"视频(?:家访|走访|回访|连线|通话|电话|聊|联系|见|看|了|里|的时候|说|中|上|过|问|会|跟|和|给|一下|打)|(?:打|开|通|连|接|拨|微信|跟|和)(?:了|个|过|的|一个|上|着|通|下|微信|几个|一次|了个|了一个|[0-9一二两三几]+[个次])*视频|视频的"),
        (Kind.VIDEO, 2, r"视频"),
        (Kind.HOME_VISIT, 3, r"家访|入(?:过|了)?户|上门(?!女婿)|登门|走访|(?:去|到|(?<![后起过回出])来|跑|往|从|奔)(?:了|过|一?趟|的|到|着|一下|了趟|了一趟)*(?!我)(?:他|她|娃|孩子|它|人家|[^，。；\s]{0,12}?)(?:们)?(?:的|那)?(?:(?<!我)(?<!我们)(?<!到)家(?!长|庭|乡|人都|教|务|门口|附近|隔壁|旁边|公司)|屋里?(?!顶)|院子|院里|炕|门上)|补了[^，。；]{1,8}家|(?:在|守在)(?!这个|那个|自己|我)[^，。；]{1,8}家(?:里|门口|院里|门外)?(?:坐|聊|见|看|吃|说|待|呆|等|劝|守|陪|谈|帮|问|讲|蹲|亲眼|听|躲|喊|敲|叫|站(?!着?[^，。；]{0,6}[说讲聊问]))|家里(?:去|看|坐|走|转|跑|头去)|家去(?:了|过|看|的|坐)|"
         r"(?<!没)进(?:了)?(?:门|屋|院)(?!口)|屋里(?:坐|看|转|去|走)|炕(?:上|沿)坐|(?:从|打)[^，。；]{1,8}家(?:里)?(?:出来|回来)|(?<!人)(?<!谁)(?:敲|(?<=我)[拍砸喊])(?:了|半天|的)*(?:他|她|娃)?(?:家)?(?:的)?门(?!自称)|去(?:的)?(?:他|她|娃)(?:们)?(?:家|屋)"),
        (Kind.HOME_VISIT, 2, r"我(?:\S{0,4})?(?:赶|跑|骑车|开车|骑摩托)?到的时候|(?:骑车|骑摩托|开车|走路|赶|跑|骑电动车)(?:着)?过去(?:了|的|看)|我(?:今早|今天|昨天|昨晚|一早|连夜|马上|立马|赶紧|当时|就|骑车|骑马|骑摩托|开车|中午|下午|上午|专门)*(?:过去|赶过去|跑过去|上门|去)(?:的|了|看的?|一?趟)?(?=$|[，。])"),
        (Kind.HOME_VISIT, 2, r"我(?:又|就|赶紧|后来|随后|直接)*(?:过去|赶过去|去)了(?!学校|医院|镇|县|村|趟学)|我[^，。；\s]{0,5}(?:跑|赶|冲|奔|撵)(?:了)?过去|(?:说|坐|站|看|问|待|聊|谝|喧)(?:了)?[^，。；\s]{0,5}就(?:回来?|走|出来)了|家[^，。；]{0,10}?(?:去(?:了|过|的|看)|(?:来|跑|走)(?:了|过)(?:一?[趟圈回])?)|(?:去|跑|走|来)(?:了|过|的)(?:一)?[趟圈回遍]|又去(?:了)?(?=$|[，。；])|赶(?:过去|到|去)|(?:过去|去)(?:看|瞧|瞅)(?:了|过|的|望|一?下|看)*|去(?:了)?(?:看|瞧|看望|慰问|探望)|(?<!电话)(?<!视频)(?<!微信)(?<!打)拜(?:了)?年(?!电话|视频|微信)|(?:(?:跑|走|转)的|跑完了|走完了|走遍了)(?=[，。！!]*$)|坐了(?:一?会儿?|坐|半天|阵)|门锁|锁着门|铁将军|炕烧|院子里|慰问(?:了)?|送(?:去|到家|了)"),
        # nobody was met, the slip or the bag left at the door: a visit that was tried
        (Kind.HOME_VISIT, 3, r"(?:门缝|门口|门上|门底下?|门下|窗台|窗户|院墙|门把手?|门环|台阶)(?:里|上|下|那|处)?[^，。；\s]{0,3}?(?:塞|贴|留|放|搁|挂|压|别|夹)(?!着|的)|(?:塞|放|搁|挂|贴|留|压|夹|别|撂)(?:在|到|进|了|下)*(?:他|她|人家)?(?:们)?(?:的)?(?:家|屋|大)?(?:的)?(?:大)?(?:门缝|门口|门上|门底下?|窗台|门把手?|门环|石头底下|砖头底下)"),
        (Kind.HOME_VISIT, 1, r"去(?:了|过|的)(?!世|年)|到家里?(?:问|看|坐|核|走|送|见|谈|讲|说|查|了解)?|屋里|家里|(?:娃|孩子)(?:也|都)在(?=$|[，。；！!])|(?<!没)(?<!不)在家(?=$|[，。；！!])"),
        (Kind.IN_PERSON, 3, rf"(?:在|到|去|上|(?<![后起过回出])来|从|往)(?:了|过|的|趟)*[^，。；]{{0,8}}?{PUBLIC}(?:(?!我给|打电话|打视频|说是)[^，。；]){{0,14}}?(?:{_SEE}|坐|来找我|领着|带着|参加|活动)|{PUBLIC}(?:里|上|门口|那|外面|边上|跟前|门前)?{_SEE}|(?:碰|遇)(?:见|到|着|上|了)|撞见|"
         rf"来(?:了)?(?:村委会?|村部|村上|办公室|大队|社区|儿童之家|我(?:家|这|办公室))|(?:跑|赶|找|哭着|拉着?[^，。；]{{0,4}}|领着?[^，。；]{{0,4}}|带着?[^，。；]{{0,4}})(?:到|来)?(?:村委会?|村部|村上|大队部?|办公室|我(?:家|这))(?:里)?(?:来|找|哭|闹|说)?|(?:学校|老师|班主任|校长|派出所|医院|卫生[院室所]|大夫|医生|村医)[^，。；]{{0,4}}(?:叫|喊|让|请|通知)我(?:过?去|到)|(?:搞|办|开|组织|举行|上)(?:了)?[^，。；]{{0,8}}(?:宣传|活动|讲座|培训|安全课|班会|联欢|演练)|(?<!给人)(?<!帮人)发(?:了|放)?(?:一份|份|一张|张)?(?:宣传)?(?:折页|单页|手册|传单|宣传单|明白卡)|(?:送|拿|提|端|背|抱|拎)(?:了)?(?:过)?来(?:了)?(?:一|两|几|些|半|三)[^，。；]{{1,6}}|(?:坐|站)(?:在)?(?:头|前|第)[^，。；]{{0,2}}排|来找(?:的)?我|找到我|叫我去(?:了)?(?:一?趟)?学校|(?:去|到|来)(?:了)?(?:一?趟)?学校|面谈|当面|(?:在|从)(?:学校|班里|活动上?)[^，。；]{{0,6}}(?:讲|宣|上课|开班会|发)|(?:也|都|来)?参加了|{PUBLIC}(?:里|上|边)?(?:站|蹲|坐)(?:着|了|下)?[^，。；]{{0,3}}(?:说|聊|谝|喧)|见(?:了|过)?(?:个|一)?面|(?:他|她|娃|孩子)?来我(?:家|这|院|店|地里)|(?:到|上|拐到|跑到|跑来|来到|找到)(?:了)?我(?:家|这|这里|这儿|院里|店里|地头)|在我(?:家|这|办公室)(?:坐|待|吃|住|玩|睡|等|说|里)?|(?:从|在)我(?:家)?(?:门口|店里|摊上|地头)|坐我(?:的)?(?:车|三轮|摩托|电动)|陪(?:着)?(?:他|她|娃|孩子|老人)(?:走|去|坐|看|等|聊)|我陪着|路过[^，。；]{{0,8}}(?:看见|碰|见|喊|说)|没(?:有)?(?:让|叫|请)我进(?:去|门|屋|院)|没进门|门口(?:站|蹲)(?:着)?[^，。；]{{0,6}}(?:说|讲|聊|问)|隔着(?:院墙|大门|墙|门|窗|栅栏|玻璃)|(?:墙|门)外头?(?:跟|喊|说)|送上?(?:车|站)|接(?:他|她|娃)(?:放学|回家)|开会(?:时|的时候|碰)|当面(?:问|说)"),
        (Kind.IN_PERSON, 3, rf"(?:到|去|来|赴|在)(?:了)?[^，。；]{{0,6}}?(?:(?<=[到去来赴在])校|{PUBLIC})(?:里|内)?(?:走访|家访|看望|探望|回访|核实|了解|慰问)"),
        (Kind.IN_PERSON, 2, rf"(?:运动会|家长会|厂门口|工地|班里|心理课|安全课|课后|课间)[^，。；]{{0,8}}(?:我去看|见|看|碰|聊|演|说|谈)|运动会[^。；]{{0,12}}我去看|(?<!按时)(?<!准时)(?<!没)到校|值班室|(?:学校|班|路上|路口|村口)里?(?:她|他|娃)?(?:悄悄|拉着我|拉住我|拦住我|跟我)|到我?(?:的)?办公室|去的(?:学校|卫生院|医院)|(?:卫生室|卫生院|医院|门诊)[^，。；]{{0,6}}，我(?:去|也去|过去)看|(?:卫生院|卫生室|医院|学校|村部|办公室)[^，。；]{{0,8}}，我(?:在那|正好|也在)|活动(?:上|现场|时|中)|{PUBLIC}(?:里|上|门口)?(?:见|看|碰)|到(?:了)?{PUBLIC}|(?:在){PUBLIC}(?=$|[，。；])|(?:来|都来|也来)(?:听|参加)了?"),
        (Kind.IN_PERSON, 3, rf"(?:都|也|正|还)?在[^，。；]{{0,4}}?{PUBLIC}(?:里|上|门口|边上?|那)?(?![^，。；]{{0,8}}(?:没见|没在|没碰|上学|上课|念书|读书|住校|打工|干活|上班|没回|还没|买|做手术|住院|看病|当))"),
        (Kind.IN_PERSON, 3, rf"(?<![送去往])(?<!送到){PUBLIC}(?:里|上|门口|那|外头?|边上?|跟前)?(?=[，。！!]*$)"),
        (Kind.HOME_VISIT, 3, r"(?:(?:他|她|娃)?家里|(?:在)?(?:他|她|娃)(?:们)?(?:屋|炕)(?:里|上)头?)(?:亲眼|当面)?(?:见|看|瞧|问|说|听|聊|谈|碰)(?:到|见|着)?的(?=[，。！!]*$)|在(?:他|她|娃|他们|[^，。；\s]{1,4})家(?:里|院里|炕上)?(?:看的|说的|见的|里)?(?=[，。！!]*$)"),
        (Kind.IN_PERSON, 3, rf"{PUBLIC}(?:里|上|门口|那)?(?:她|他|娃|孩子)?(?![^，。；]{{0,4}}(?:大夫|医生|护士|老师|班主任|校长|宿管))[^，。；]{{0,4}}(?:跟|给|拉着|拉住|找|拦住|拽着)我(?:说|讲|哭)?"),
        (Kind.IN_PERSON, 2, rf"来(?:了)?(?:一趟)?{PUBLIC}|都?(?:来)?听(?:了|的)(?=$|[，。])|坐(?:在)?一(?:块|起|排)(?:儿)?听|见的(?=[，。！!]*$)|都参加"),
        (Kind.IN_PERSON, 2, rf"(?:^|(?<=[，。；]))(?:在)?{PUBLIC}(?:里|上|门口|那)?(?=[，。；])|我[^，。；]{{0,6}}(?:找(?:着|到|见)的|领回|接回)"),
        (Kind.IN_PERSON, 2, r"我(?:也|就|赶紧|又)?跟(?:着|过)?去(?:了|的|看)|我(?:也|正好|当时|就)?(?:在场|在跟前)|我和[^，。；]{1,6}都在|我亲眼|(?:躲|跑|逃|找|领|送|抱)(?:到)?(?:了)?我(?:家|屋)(?:里)?(?:来)?|来我屋里?|敲(?:了)?我(?:家)?(?:的)?门|在我(?:家|屋)(?:里)?吃|(?:跟|和|挨着)(?:着)?我(?:一起|一块儿?|女儿|丫头|老婆|媳妇)?(?:睡|住|过)|我(?:收留|留(?!言|话|了?[个张条]|下?(?:纸|字|电话|号码|口信)))(?:了)?(?:他|她|娃|孩子|俩娃)[^，。；]{0,6}(?:住|睡|过夜|吃|一[宿夜晚]|待)|(?:领|接|带)(?:他|她|娃|孩子|俩娃)?(?:回|到)我(?:家|屋|这)|我(?:带|领|抱|背|送)(?:他|她|娃|着)?(?:去|到|上)(?:的)?(?:县|镇|卫生|医院|学校)|(?:半)?路上给的?|我(?:就)?在(?:跟前|旁边|边上)"),
        (Kind.IN_PERSON, 2, r"(?:^|[，。；])(?:我)?(?:刚|刚才|刚刚|才|今天|今早|昨天|[上下中]午)*(?:我)?(?:看见|瞅见|看到)(?!(?:的)?(?:消息|微信|短信|照片|视频|记录|表|通知))"),
        (Kind.IN_PERSON, 1, r"见(?:到|着|了|过)(?:的)?(?:他|她|娃|孩子|人)?|看(?:见|到)(?:了)?(?:他|她|娃|孩子)|我(?:看|瞅)见"),
        (Kind.OTHER, 3, r"发(?:了|过来|过|来|个|去|的|条|几|一|两|段|张|给)*(?:条|个|句|段|张)?(?:微信|短信|信息|消息|语音|文字|信|照片|视频)|微信(?:上|里|给|跟|问|说|聊|留言|回|联系|发|消息|群)|(?:来|捎|带|回|传)(?:了)?(?:个)?信儿|短信|QQ(?:上|里|聊)?|(?:让|叫|请|麻烦)(?!他|她|娃|我)[^，。；]{1,8}(?:给|替|跟)[^，。；]{1,10}(?:捎|带(?!着|走|去看))(?:了|去|过|个)|短信|留(?:了|个|的|过)*(?:言|口信|条|话|纸条|语音)|(?:捎|带|传|递|稍)(?:了|个|来|去|过|句|一)*(?:话|口信|信)(?!里)|托(?!我)[^，。；]{1,14}(?:问|捎|带|说|看|转|给|打听)|语音(?:留言|消息|条)|发语音|回(?:了)?(?:个|条)?(?:微信|信息|消息|语音)|(?:捎|带|传)的(?:个)?话|托人[^，。；]{0,6}(?:送|带|捎|给)|转告|转交|代交|代转|(?:让|叫|托|请|委托|托付|麻烦|通过|经|由|拜托)(?!他|她|娃|我|孩子|她们|他们|大家)[^，。；\s]{1,8}?(?:捎|代|转|递|带)(?:给|去|到|过去|达|话|交|送|回去|上)|(?:班主任|老师|组长|队长|邻居|隔壁|村医|校长|同学|门卫|宿管|司机)(?:替我|帮我|代我)?(?:给的(?:他|她|娃|孩子|■)?|转的|捎的|带去的|发的|捎去|带回去)|我?转(?:给|发)(?:给)?(?:了)?(?:他|她|娃|孩子|家长|奶|爷|爸|妈|姑)|(?:在|往)?群里(?:发|说|问|报|通知|@)|问的(?:学校|老师|邻居|村医|组长|班主任|同学)|"
         r"(?:让|叫|托|请|通过|从)(?!他|她|娃|我|孩子)[^，。；]{1,8}(?:帮忙|帮我|替我|代我|帮着)(?:瞧|看|问|捎|带|送|转)|(?:让|叫|托|打发|派)(?![他她]?(?:送|捎|带)|娃|孩子|我)[^，。；]{1,6}(?:送|捎|带|拿)(?:过)?来[^，。；]{0,12}|(?:让|叫|托|请)(?!他|她|娃|我|孩子)[^，。；]{1,8}把[^，。；]{1,8}(?:带|捎|转|送)(?:给|去|到)|(?:打发|派|叫|让|请|托)(?![他她]|娃|孩子|我(?!(?:家|们|老|女|儿|姐|妹|哥|弟|爱人|媳妇|婆姨|男人)))[^，。；\s]{1,8}?(?:去|到|上|跑)[^，。；]{1,12}?(?:看|瞧|瞅|走|跑|转|瞭)(?:了|过|一|看|瞧)|(?:让|叫|托|打发|派)我(?:家|们家)?(?:的)?(?:儿子|女儿|媳妇|男人|女婿|掌柜的?|老汉|姐|妹|哥|弟|家属|婆姨)[^，。；]{1,10}(?:送|拿|带|捎|看|问)|打字|私信|朋友圈|点(?:了)?个?赞|通过[^，。；]{1,6}(?:知道|了解|得知|问|转)|(?:问|找|向|跟|和)(?:了|过|一下|下)*(?:班主任|老师|邻居|组长|队长|同学|房东|村医|他同学|隔壁)[^，。；]{0,6}(?:问|打听|了解|说|核实)|从[^，。；]{1,6}那(?:里|儿)?(?:听|得知|打听)|打听(?:了|到|过|的)?"),
        (Kind.OTHER, 3, r"▣+"),
        (Kind.IN_PERSON, 3, rf"(?:跑|赶|寻|撵|追)(?:到|去)(?:了)?[^，。；]{{0,8}}?{PUBLIC}"),
        # word through a third party is not a meeting with the child, wherever it was given
        (Kind.OTHER, 3, r"(?:是|就)听[^，。；]{1,9}(?:说|讲)的(?=[，。！!]*$)|(?:交|拿|递|留|送)(?:给|到)?(?:了)?[^，。；]{0,4}(?:班主任|老师|校长|村医|组长|邻居|隔壁|门卫|门房|同学)[^，。]{0,6}(?:转|捎|代|给(?:他|她|娃|孩子|某))|(?:与|跟|和|向|给|问)[^，。；\s]{0,6}?(?:班主任|老师|校长|村医|组长|邻居)[^，。；]{0,3}(?:电话)(?:核实|联系|了解|沟通|问)"),
        (Kind.OTHER, 3, rf"(?:{PUBLIC}(?:的|里)?)?(?:大夫|医生|护士|村医|老师|班主任|校长|宿管|邻居|组长|队长|同学|亲戚)[^，。；]{{0,5}}?(?:跟我|给我|对我|找我)(?:说|讲|反映|提)|(?:邻居|邻家|大夫|医生|村医|老师|班主任|校长|组长|队长|同学|亲戚|隔壁)[^，。；]{{0,5}}(?:捎信|带话|捎话|告诉我)"),
        (Kind.OTHER, 1, r"微信|语音|(?:邻居|邻家|隔壁|大夫|村医|老师|班主任|组长|村里人|别人|有人)[^，。；]{0,3}(?:讲|反映|说)|听(?:[^，。；]{1,9})(?:说|讲)|(?:邻居|老师|班主任|组长)(?:告诉我|跟我说|反映)"),
    )
)  # fmt: skip

# 手机里发了娃跳舞的视频给我看: a clip that was sent is word of the child, nobody was seen
_A_CLIP = re.compile(r"(?:发|传|转)(?:了|来|过来|给我)*[^，。；]{1,10}?(?:的|段)(?:小)?视频(?!邀请|请求|通话|电话|聊)(?:给我)?|(?<!打)(?<!开)视频给我(?:看|瞧)")

_FAILED_AFTER = re.compile(
    r"^[^。！？]{0,16}?(?:没(?:有)?人?接|不接|没打通|打不通|不通|没通|没接通|未接|无人接|没接上|没成|没打成|没连上|连不上|接不通|关机|停机|空号|占线|欠费|无法接通|无人应答|挂断|没反应|没应|挂了(?!电话)|没人(?:应|开|在|(?=$|[，。\s]))|锁着|锁门|上锁|锁了|大门紧闭|没见(?:着|到|上)?人|没去成|没去了|没能去|去不了|去不成|过不去|没能进|没进去|"
    r"没找(?:到|着)|扑(?:了)?个?空|白跑|家里没人|屋里没人|无人在家|不让进|打不开|卡(?:得|住|死|掉|了)|马赛克|听不清|看不清|(?:网|信号|视频|电话|线路?)[^，。；]{0,3}断了|没信号|黑屏|(?:都|老|总|全|一直)断(?!奶)|转圈|加载|没法(?:去|打|接))"
)
_FAILED = re.compile(_FAILED_AFTER.pattern.split("{0,16}?", 1)[1])  # the same words anywhere
_AFTER_ALL = re.compile(r"(?:又|后来|才|终于|再|第二[次遍]|最后)[^。！？]{0,6}(?:打通|接了|接通|通了|接上|连上|见着|见到|找着)")
_INSTEAD_OF = r"本来|原本|原定|原说|原想|本想|本说|先说"
_FAILED_BEFORE = re.compile(r"(?:没(?:能|有|顾上|法)?|想|本来(?:要|想|打算)?|原本(?:要|想)?|本打算|打算|准备|计划)[^，。；]{0,6}$")
_DENY_BEFORE = re.compile(r"(?:不是我?|并非|不是去|没有?|未|并没有?|没再|没去|不算|没有?(?:给|跟|和)[^，。；]{0,5})$")
_PLAN_BEFORE = re.compile(r"(?:拟(?:于)?|预计|定于|(?:可|可以|能)$|明天|后天|明儿|明早|下周.?|下星期.?|下礼拜.?|下次|下回|下个月|改天|过几天|过两天|回头|抽空|准备|打算|计划|还要|还得|争取|想着|下午再|晚上再|等.{0,6}再|再(?!次|三|没)|要(?:跟|和|见|带|把)|要求|让我|叫我|希望我|能不能|可不可以|问能|约(?:好|了)?|嘱咐|叮嘱|教|提醒|让(?:他|她|孩子|娃|家长)|叫(?:他|她|孩子|娃))[^，。；]{0,8}$")
_OTHERS_BEFORE = re.compile(r"(?:老师|学校|医生|民警|邻居|村长|书记|同学|亲戚)(?:也|去|来|经常|常|已经|说|要|会)+[^，。；]{0,3}$|(?:爸|妈|父亲|母亲|爹|娘|大伯|姑姑?|舅舅?|叔叔?)(?:妈|爸)?(?:也|经常|常|每周|每天|天天|有时|偶尔|好久没|从不|很少|几个月没|半年没|一年没)[^，。；]{0,6}$")
_EARLIER_BEFORE = re.compile(r"(?:上次|上回|之前|以前|前次|上一次|头一次|去年)[^，。；]{0,8}$")
_CONJUNCTION = re.compile(r"(?:[，。；！？,!?;\n]|又|就|只好|改|然后|后来|才|最后|于是|转而|接着|但|可)")
# What may stand around the words that only say, at the end of a message, how the contact was made.
_BEFORE_CLOSING = re.compile(r"(?:我|是|就|又|给|跟|专门|亲自|这是|这次|刚|才|特意|顺路|[今昨前]天|[今昨]晚|今早|昨夜|刚才|刚刚|大前天|上午|下午|中午|早上|晚上|后晌|上?(?:周|星期|礼拜)[一二三四五六日天]|[0-9一二三四五六七八九十]+[月号日点.]|他|她|娃|孩子|奶奶?|爷爷?|姥姥|姥爷|外婆|外公|妈妈?|爸爸?|姑姑?|舅舅|舅妈|大伯|叔叔|婶婶?|姨妈?|老师|班主任|家|的|在|到|去|来)*")
_AFTER_CLOSING = re.compile(r"(?:里|上|中|家里?|门口|那边|边上|那|时|说|问|看|见|讲|听|聊|谈|核实|确认|夸|表扬|批评|报喜|报平安|平安|哭|知道|了解|告诉|碰|遇|喊|劝|到|过|了|的|我|她|他|娃|孩子|本人|奶奶?|爷爷?|姥姥|姥爷|外婆|外公|妈妈?|爸爸?|姑姑?|舅舅|舅妈|大伯|叔叔|婶婶?|老师|面|下|一|趟|回|次|会儿?|去|来|解|实|家|电话|跟前|亲眼|问问|看看)*")
_PLACE_ONLY = re.compile(rf"(?:都|也|正|还)?在[^，。；]{{0,4}}?{PUBLIC}(?:里|上|门口|边上?|那)?")
_BARE = re.compile(r"又?打通了?|接的|拨通|没接|不接|(?:又)?给我(?:回|打|拨)(?:了)?过来|回(?:了)?过来(?:了|的)?|回拨")
# 没去学校 denies the child going there, not the worker.
_NOT_OURS = re.compile(r"^到家里?$|学校|幼儿园|卫生|医院|超市|见[到着]|看[到见]|打听|听")
_NOT_AT_HOME = re.compile(r"(?<!还)(?<!都)(?<!也)没进(?:门|屋|去|院)(?!过)|不是(?:在|去|到)(?:他|她|娃)?(?:们)?(?:家|屋)里?(?:去的|见的|看的|碰的|见着的)")
# 小虎家我没去，是在集上碰见的: not that kind but this
_BUT_THIS = re.compile(r"(?:没(?:有)?|未)(?:(?:到|上|进)(?:他|她|娃)?(?:们)?(?:家|屋)里?去|去|上门|入户|进家|家访|打电话|打视频|视频)(?!成|上|学)(?:他|她|娃)?(?:们)?(?:家里?|屋里?)?[^，。；\s]{0,4}[，。；,\s]+(?:我)?(?:是|就是|只是|只)(?:[^，。；]{1,10}?(?:领|带|来|找)|在|跟|给|打|发|用|通过|路上|让|托|让|碰|遇|见|视频|电话|微信|语音)")
# left where they will find it: nobody was met
_LEFT_AT_THE_DOOR = re.compile(r"门.*[塞贴留放搁挂压别夹]|[塞贴留放搁挂压别夹撂].*(?:门|窗台|头底下)|窗.*[塞贴留放搁挂压别夹]|(?:院墙|台阶).*[塞贴留放搁挂压]")
# 谁说我没去？ 说我没打电话？: what others say is thrown back at them, nothing is denied
_THROWN_BACK = re.compile(r"(?:谁|凭啥|凭什么|还|都|就|又)?(?:说|讲|怪|赖|嫌)(?:是)?我(?:们)?(?:从来|根本|就|又)?$")
_ELSEWHERE = re.compile(r"(?:同学|亲戚|邻居|别人|网友|朋友|老乡)家")
_MET = re.compile(r"(?:爷爷|奶奶|姥姥|姥爷|外公|外婆|爸爸?|妈妈?|父亲|母亲|姑姑|姑妈|姑父|姑|姨妈|小姨|大姨|姨|舅舅|舅妈|舅|叔叔|婶婶?|大伯|伯伯|伯母|老汉|老人|班主任|老师|邻居)|(?:娃|孩子)(?=接的|接了|自己接|接电话)")
_NOT_SEEN = re.compile(
    r"(?:没(?:有)?(?:见|看)(?:着|到|上)?(?:娃|孩子|人|他|她|面|本人)|(?:娃|孩子|人|他|她)(?:没见着|没见到|没看到|没在|不在|没遇上|没碰上|在学校|去学校|上学去了|还没放学|去了?[^，。；]{1,4}家|去县|住校|出去了|没回来)|没见着|未见(?:到)?(?:孩子|本人))"
)
_SEEN = re.compile(
    r"(?:(?:娃|孩子|俩娃|[两三四五]个娃|他俩|她俩)(?:们)?(?:也|都|正|就|人)*在(?=$|[，。；！？家屋呢跟])|(?<=[，。；])人在(?=$|[，。；！])|(?:^|(?<=[，。；]))(?:我)?(?:刚|刚才|刚刚|才|今天|今早|昨天|[上下中]午)+(?:我)?(?:看见|瞅见|看到)(?!(?:的)?(?:消息|微信|短信|照片|视频|记录|表|通知))|见(?:到|着|了)(?:了)?(?:娃|孩子|他|她|本人)|(?:娃|孩子|俩娃|两个娃|哥俩|兄弟俩|姐妹俩)(?:也|都|正|就|们)*(?:在家|在写|在玩|在看|在睡|正写|写作业|在屋|在院|挺|都好|很|长高|精神|开朗|高兴|状态|胖|瘦|说|笑|身上|脸上|胳膊)|(?:胳膊|身上|脸上|手上|腿上|额头|脖子|背上)[^，。；]{0,6}(?:有|青|紫|伤|印|疤|没)|见的(?:她|他|娃|孩子)|碰(?:见|到)|遇(?:见|到))"
)


def read_contact(text: str, day: date | None = None, mentions: Sequence[Mention] = (), covered: str = "") -> Read:
    """Read a message. `day` is the contact's own day; cues that belong to another day's mention are not this contact.

    `covered` is the same text with its names covered (roster.without_names); with it the model of kinds is asked too.
    """
    folded = re.sub(r"\s", "，", fold(text))  # dictated text has spaces where others put commas
    cues = contact_cues(text, day, mentions)
    best, likely = _choose(cues), None
    if covered:
        heard = hear(covered)
        likely = heard.best
        if best is not None:
            best = _weighed(best, cues, heard, covered, folded)
    reached = best is not None and best.state is State.DONE
    if best is not None and best.kind is Kind.HOME_VISIT and re.search(r"(?:锁着|锁门|门锁|家里?没人|屋里没人|没人在|没人应|铁将军)", folded):
        reached = reached and not re.search(r"(?:锁着|锁门|门锁|铁将军)", folded)
    not_seen, seen = _NOT_SEEN.search(folded), _SEEN.search(folded)
    child_seen: bool | None = None
    if best is not None and best.kind in (Kind.HOME_VISIT, Kind.IN_PERSON):
        child_seen = False if not_seen and not (seen and seen.start() > not_seen.end()) else True if seen and reached else None
    people = [m for m in _MET.finditer(folded) if not re.match(r"(?:不在|没在|没见|出门|去)", folded[m.end() :])]
    met = tuple(dict.fromkeys(m[0] for m in people))
    places: dict[str, tuple[tuple[int, int], ...]] = {}
    if people:
        places["met"] = tuple(m.span() for m in people)
    if child_seen is not None and (told := not_seen if child_seen is False else seen):
        places["seen"] = (told.span(),)
    if best is not None and not reached and (failed := _FAILED_AFTER.match(folded[best.end :])):
        places["reached"] = ((best.start, best.end + failed.end()),)
    return Read(best.kind if best else None, best, reached, met, child_seen, kind_denied(cues, folded), places, likely)


def as_written(contact: Read, kind: Kind, start: int, end: int) -> Read:
    """The same contact of the kind that a form's heading names."""
    state = State.DONE if contact.cue is None or contact.reached else State.FAILED
    return replace(contact, kind=kind, cue=Cue(start, end, kind, state, 3), reached=state is State.DONE)


# How many times likelier the model must hold another kind before it overrules a cue, by the cue's weight.
_MUCH_LIKELIER = {1: math.exp(1), 2: math.exp(3), 3: math.exp(3)}


def _weighed(best: Cue, cues: Sequence[Cue], heard: Heard, covered: str, folded: str) -> Cue:
    """The cue that tells the kind, or another where whole notes like this one are of another kind far more often."""
    kind = heard.best
    if kind is best.kind or heard.chance(kind) < heard.chance(best.kind) * _MUCH_LIKELIER[best.weight]:
        return best
    if any(c.kind is kind and c.state is State.DENIED for c in cues):
        return best  # 没给她打电话，是她自己来的: what is denied outright the model may not put back
    own = _choose([c for c in cues if c.kind is kind])
    if own is not None and own.state in (State.DONE, State.FAILED):
        return own
    start, end = telling(covered, kind)
    state = State.FAILED if _FAILED.search(folded) and not _AFTER_ALL.search(folded) else State.DONE
    return Cue(start, end, kind, state, 1)


def contact_cues(text: str, day: date | None = None, mentions: Sequence[Mention] = ()) -> list[Cue]:
    """All words that tell of a kind of contact, in order, those failed, denied or planned included."""
    folded = re.sub(r"\s", "，", fold(text))
    masked = _A_CLIP.sub(lambda m: "▣" * len(m[0]), folded)
    masked = _NOT_A_CONTACT.sub(lambda m: "■" * len(m[0]), masked)
    return _cues(masked, folded, day, mentions)


def kind_denied(cues: Sequence[Cue], folded: str) -> bool:
    """Whether the message says of a kind of contact that it was not that."""
    return any(c.state is State.DENIED and not _NOT_OURS.search(folded[c.start : c.end]) for c in cues) or bool(_NOT_AT_HOME.search(folded) or _BUT_THIS.search(folded))


def _cues(masked: str, folded: str, day: date | None, mentions: Sequence[Mention]) -> list[Cue]:
    raw = [(m.start(), m.end(), kind, weight) for kind, weight, regex in _CUES for m in regex.finditer(masked)]
    raw = [r for r in raw if not (r[2] is Kind.HOME_VISIT and _ELSEWHERE.search(masked[r[0] : r[1]]))]
    raw.sort(key=lambda r: (-r[3], -(r[1] - r[0])))
    kept: list[tuple[int, int, Kind, int]] = []
    for each in raw:
        if all(each[1] <= k[0] or each[0] >= k[1] for k in kept):
            kept.append(each)
    kept.sort()
    outside = _NOT_AT_HOME.search(folded)
    last = len(folded.rstrip("，。！!？?；; "))
    opening = max((m.end() for m in re.finditer(r"[，。；！？,!?;\n]", folded[:last])), default=0)
    cues = [
        Cue(
            s, e, kind, _state(folded, s, e, kind, kept, day, mentions), w, bool(_BARE.fullmatch(folded[s:e])), bool(_PLACE_ONLY.fullmatch(folded[s:e])),
            closing=w > 1 and opening > 0 and opening <= s and bool(_BEFORE_CLOSING.fullmatch(folded[opening:s])) and bool(_AFTER_CLOSING.fullmatch(folded[e:last])),
        )
        for s, e, kind, w in kept
    ]  # fmt: skip
    if any(c.kind is Kind.HOME_VISIT and c.state is State.FAILED for c in cues):
        # the door was locked, the neighbour asked: a visit that was tried
        at_the_door = any(c.kind is Kind.HOME_VISIT and c.state is State.FAILED and re.search(r"门口|敲|拍|喊", folded[c.start : c.end]) for c in cues)
        cues = [replace(c, weight=1) if at_the_door and c.kind is Kind.PHONE and c.state is State.FAILED else c for c in cues]  # 敲门没人应，电话也不接
        cues = [replace(c, weight=1) if c.kind is Kind.OTHER and re.match(r"(?:问|找|向|跟|和)[^，。；]{0,4}(?:邻居|隔壁)|隔壁|邻居", folded[c.start : c.end]) else c for c in cues]
    if outside and any(c.kind is Kind.IN_PERSON and c.state is State.DONE and c.start >= outside.start() for c in cues):
        # 上门了……其实没进门，在巷口跟她妈说的
        return [replace(c, state=State.DENIED) if c.kind is Kind.HOME_VISIT and c.start <= outside.start() and c.state is State.DONE else c for c in cues]
    return cues


def _state(folded: str, start: int, end: int, kind: Kind, cues: Sequence[tuple[int, int, Kind, int]], day: date | None, mentions: Sequence[Mention]) -> State:
    clause = max((m.end() for m in re.finditer(r"[，。；！？,!?;\n]", folded[:start])), default=0)
    before = folded[clause:start]
    following = min((c[0] for c in cues if c[0] >= end and c[2] is not kind and folded[c[0] : c[1]] != "没接"), default=len(folded))
    after = folded[end:following]
    words = folded[start:end]
    if re.search(r"(?:没|不)(?:有)?(?:人)?接$", words) or (re.match(r"接|通|打通|打过去", words) and re.search(r"(?:没|不|没人|没有)$", before)):
        return State.FAILED
    if kind is Kind.HOME_VISIT and _LEFT_AT_THE_DOOR.search(words):
        return State.FAILED
    if re.search(r"停机|关机|打不通|没人接|^锁着门$|^门锁$", words) and not re.match(r"(?:换|修|坏|没)", folded[end:]):
        return State.FAILED
    if re.match(r"[去在到往]", words) and re.search(r"(?:娃|孩子|说|人|他|她|哥俩|姐俩|兄妹俩?|姐弟俩?|奶|爷|妈|爸|姥)(?:们|都|也|又|还|就|是)?$", before) and kind in (Kind.HOME_VISIT, Kind.IN_PERSON):
        return State.NOT_NOW  # 娃去亲戚家了
    if kind is Kind.IN_PERSON and words.startswith("在") and re.search(r"[他她娃](?:正|还|就|又)?(?:站|坐|蹲|躲|趴)$", before) and any(c[2] is Kind.VIDEO and c[3] == 3 for c in cues):
        return State.NOT_NOW  # 视频了，他站在大门外找信号: where the child was
    if re.search(r"(?:没(?:有)?|未)(?:联系|通知|告诉|问|找)(?:上|到|着)?(?:他|她|娃|孩子)?$", before):
        return State.NOT_NOW  # 我还没联系上家里
    if _PLACE_ONLY.fullmatch(words) and re.search(r"(?:没(?:有)?见(?:着|到|上)?|不在(?:家|屋)?|没在(?:家|屋)?)[^，。；！？]{0,4}[，。；\s]+[^，。；]{0,4}$", folded[:start]):
        return State.NOT_NOW  # 没见着梓涵，在学校补课: that is why she was not seen
    if _PLACE_ONLY.fullmatch(words) and re.search(r"(?:说|讲|告诉我)(?!过)[^，。；]{1,10}$", before):
        return State.NOT_NOW  # 奶奶说娃发烧在卫生所挂吊瓶: the child was there, not the worker
    if _another_day(clause, start, day, mentions):
        return State.NOT_NOW
    if re.fullmatch(r"[跑扑][了个]*空[了趟]?", words):
        return State.FAILED
    if kind is Kind.HOME_VISIT and re.match(r"没(?:能)?去成|没去了|去不[了成]", folded[start - 1 : end + 3]):
        return State.FAILED
    if re.search(r"没(?:顾上|顾得上|来得及|时间|空|工夫|能|法|赶上)(?:给|去|到|再)?[^，。；]{0,6}$", before):
        return State.FAILED
    if re.search(r"还没(?:有)?(?:进|过|能|顾上|来得及)$", before):
        return State.NOT_NOW  # 我还没进去看
    if (deny := _DENY_BEFORE.search(before)) and _THROWN_BACK.search(before[: deny.start()]):
        return State.NOT_NOW
    if deny:
        goes_wrong = re.match(r"[^，。；]{0,3}成", folded[end:]) or (kind is Kind.HOME_VISIT and re.match(r"成", folded[end:]))
        return State.FAILED if goes_wrong or re.search(r"没能$|没法$", before) else State.DENIED
    if _PLAN_BEFORE.search(before) and not re.match(r"^[了过]", after):
        return State.FAILED if re.search(_INSTEAD_OF, before) else State.NOT_NOW
    if re.match(r"来(?:说好|要|想|打算|约|准备)", words) and before.endswith("本"):
        return State.FAILED  # 本来要去他家: the pattern began within 本来
    if re.search(rf"(?:{_INSTEAD_OF}|本打算)[^，。；]{{0,10}}$", before):
        return State.FAILED
    if kind is Kind.VIDEO and re.search(r"(?:改|换)(?:成)?(?:了)?(?:打|拨)?(?:的)?(?:了)?(?:个)?(?:电话|语音)|只好打(?:的|了)?(?:个)?电话", folded[end:]):
        return State.FAILED
    if _OTHERS_BEFORE.search(before):
        return State.NOT_NOW
    if _EARLIER_BEFORE.search(before) and re.search(r"这次|这回|今天|刚才|今儿", folded[end:]):
        return State.NOT_NOW
    if re.search(r"这次|这回|这一次|这趟", folded[end:]) and not re.search(r"这次|这回|这一次|这趟", before):
        return State.NOT_NOW
    if _FAILED_AFTER.match(after) and not re.match(r"^[^。！？]{0,24}?(?:又|后来|才|终于|再|第二)[^。！？]{0,6}(?:打通|接了|接通|通了|接上|连上)", after):
        return State.FAILED
    return State.DONE


def _another_day(clause: int, start: int, day: date | None, mentions: Sequence[Mention]) -> bool:
    near = [m for m in mentions if clause <= m.start and m.end <= start and isinstance(m.day, date | Vague) and not m.part_of_day]
    return bool(day and near and near[-1].day != day)


_RANK = {Kind.HOME_VISIT: 4, Kind.IN_PERSON: 3, Kind.VIDEO: 2, Kind.PHONE: 1, Kind.OTHER: 0}


def _choose(cues: Sequence[Cue]) -> Cue | None:
    """The fullest contact that came about; else the last one tried; else what was said of another day."""
    done = [c for c in cues if c.state is State.DONE]
    strong = [c for c in done if c.weight > 1]
    if any(c.kind in (Kind.PHONE, Kind.VIDEO) and c.weight == 3 for c in strong):
        # 视频看了小军，他在地里 · 电话里说转到县城上学
        strong = [c for c in strong if not (c.place or (c.kind is Kind.IN_PERSON and c.weight == 2))] or strong
    if closing := [c for c in strong if c.closing and not c.bare]:
        return max(closing, key=lambda c: (c.weight, _RANK[c.kind]))
    if len(strong) == 1 and strong[0].bare and (tried := [c for c in cues if c.end <= strong[0].start and c.kind is Kind.VIDEO]):
        return replace(strong[0], kind=tried[-1].kind)  # 打视频没人接，礼拜天又打通了
    if strong:
        kinds = {c.kind for c in strong}
        if Kind.IN_PERSON in kinds and Kind.HOME_VISIT in kinds:  # 在他家门口碰见 · 学校叫我去，后来去了家里
            plain = [c for c in strong if c.weight == 3]
            strong = plain or strong
        return max(strong, key=lambda c: (_RANK[c.kind], c.weight))
    failed = [c for c in cues if c.state is State.FAILED and c.weight > 1]
    if done and not failed:
        return max(done, key=lambda c: (_RANK[c.kind], c.weight))
    if failed:
        return failed[-1]
    rest = [c for c in cues if c.state is State.NOT_NOW]
    return max(rest, key=lambda c: c.weight) if rest else None
