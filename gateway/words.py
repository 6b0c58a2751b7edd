"""Everything the gateway says to people, in one place."""

# To the operator, on the command line; in both languages
PORT_IN_USE = (
    "端口 {port} 已被占用，请换一个端口（--port）或先停掉占用它的程序。 / "
    "Port {port} is in use; choose another one (--port) or stop the program that uses it."
)
CANNOT_LISTEN = "无法在 {host}:{port} 上监听，请检查 --host 和 --port。 / Cannot listen on {host}:{port}; check --host and --port."
DATA_NOT_WRITABLE = "无法写入数据目录 {path}，请检查权限和磁盘空间。 / Cannot write to the data folder {path}; check its rights and the disk."
NO_KEY_FILE = (
    "找不到密钥文件 {path}：数据库是加密的，请把它的密钥放回原处。 / "
    "The key file {path} is missing: the store is encrypted; put its key back in place."
)
BAD_KEY_FILE = (
    "密钥文件的内容不对：每行应为 8 位十六进制编号、空格、base64 密钥。 / "
    "The key file is wrong: each line is eight hex digits, a space and the key in base64."
)
WRONG_KEY = "密钥与数据库不符，请换回这个数据库自己的密钥。 / The key does not fit the store; put back its own key."
NO_GATEWAY_HERE = "{path} 里没有网关的数据，请检查 --data。 / There is no gateway in {path}; check --data."
KEYS_FROM_ENVIRONMENT = (
    "密钥在环境变量 GATEWAY_KEYS 里：请自己在最前面加一行新密钥，重启网关，再运行 rotate-key --reseal-only。"
    " / The keys are in GATEWAY_KEYS: put a new line first there, restart, then run rotate-key --reseal-only."
)
KEY_ROTATED = "已换新密钥 {id}，{number} 项内容已改用新密钥。旧密钥仍留着，旧备份要用它打开。 / New key {id}, {number} values resealed; the old key stays for old backups."
RESEALED = "{number} 项内容已改用现在的密钥。 / {number} values resealed."
OLD_KEYS_DROPPED = "已去掉 {number} 个旧密钥；用旧密钥做的备份从此打不开。 / {number} old keys removed; backups made with them no longer open."
STILL_OLD = "还有内容在用旧密钥，请稍后再试。 / Some values are still sealed with an old key; try again."
BAD_ENV_FILE = "{path} 读不出来，请存成 UTF-8 文本。 / {path} cannot be read; save it as UTF-8 text."
BAD_SETTING = "设置 {name} 的值不对，应为 {wanted}。 / {name} must be {wanted}."
NO_SUCH_CALL = "没有编号 {number} 的待打电话，或已处理。 / No open call {number}."
NAME_TAKEN = "用户名 {username} 已有机器人在用；要换新令牌请加 --new-token。 / There is a bot {username} already; --new-token gives it a new token."
BAD_USERNAME = (
    "用户名 {username} 不合要求：5 到 32 位字母、数字或下划线，以字母开头。 / "
    "{username} cannot be a username: 5 to 32 letters, digits or underscores, a letter first."
)
NO_SUCH_BOT = "没有叫 {name} 的机器人，请先用 add-bot 建一个。 / There is no bot {name}; make one with add-bot."
NO_SUCH_USER = "没有这个用户：{name}。users 列出所有人。 / There is no person {name}; `users` lists everybody."
SEVERAL_USERS = "叫 {name} 的不止一个，请用编号：{ids} / Several people are called {name}; use an id: {ids}"
NO_SUCH_GROUP = "没有这个群：{id}。groups 列出所有的群。 / There is no group {id}; `groups` lists them."
NOT_IN_GROUP = "{name} 不在这个群里。 / {name} is not in this group."
NAME_EMPTY = "名字不能为空，也不能超过 {most} 个字。 / A name has 1 to {most} characters."
BAD_START = "开始代码只能是 1 到 64 位的字母、数字、下划线和减号。 / A start code is 1 to 64 of A-Z a-z 0-9 _ -."
BOT_REVOKED = (
    "{username} 的令牌已作废；set-bot {username} --new-token 给它一个新的。 / "
    "The token of {username} is dead; `set-bot {username} --new-token` gives it another."
)
USER_REVOKED = (
    "{id} 已在 {devices} 台设备上退出登录，{links} 个没用过的链接作废；link {id} 给一个新的。 / "
    "{id} is signed out on {devices} devices, {links} unused links are void; `link {id}` makes a new one."
)
USER_BLOCKED = "已停用 {id}（{bots}）。 / {id} is stopped ({bots})."
USER_UNBLOCKED = "已恢复 {id}（{bots}）。 / {id} is back ({bots})."
NOTHING_TO_CHANGE = "{id} 本来就是这样，没有改动。 / {id} was like that already; nothing changed."
BACKUP_MADE = (
    "备份好了。没有密钥打不开它，请把密钥另外保管。 / "
    "Done. It cannot be opened without the key, which is not in it: keep that in a second place."
)
BACKUP_IN_THE_WAY = "{path} 已经有了，而且不是备份，没有动它。请换一个文件名。 / {path} exists and is no backup; choose another name."
BACKUP_NO_FOLDER = "没有 {path} 这个文件夹，请先建好它。 / There is no folder {path}; make it first."
BACKUP_UNREADABLE = (
    "数据库读不完整，没有做成备份。磁盘可能坏了，请用上一份备份。 / "
    "The store cannot be read whole, so there is no backup; the disk may be failing."
)
BACKUP_DAMAGED = "这份备份坏了或不是网关的备份，什么也没有写。请用另一份。 / The backup is damaged or not ours; nothing was written."
BACKUP_OTHER_KEY = "这份备份是用别的密钥做的，请把当时的密钥放回原处。 / The backup was made with another key; put that one in place."
RESTORE_RUNNING = "网关还在运行，请先停下它再恢复。 / The gateway is still running; stop it first."
RESTORE_NOT_EMPTY = (
    "{path} 里已经有数据，没有动它。请换一个空的，或加 --force（旧数据会移到一边）。 / "
    "There is data in {path}, untouched; choose an empty folder, or --force, which moves the old data aside."
)
RESTORED = "恢复好了：{made_at} 的数据。没用过的登录链接都已作废。 / Restored, as of {made_at}. Sign-in links not used before are void."

# To a person, on the pages
APP = "小苗"
ENTER_TITLE = "欢迎"
ENTER_BODY = "点下面的按钮，就在这台手机上登录。链接只能用一次，请不要转发。"
ENTER = "进入"
LINK_DEAD_TITLE = "链接已失效"
LINK_DEAD_BODY = "这个链接已经用过或过期了，请向给您链接的人再要一个。"
NEED_LINK_TITLE = "请用登录链接打开"
NEED_LINK_BODY = "这台手机还没有登录，请打开发给您的登录链接。"
CODE_LABEL = "纸上有登录码？写在这里"
CODE_HELP = "16 位小写字母和数字，空格可以不写。"
CODE_ENTER = "下一步"
CODE_WRONG = "没有这个登录码，或者已经用过、过期了。请照着纸上再写一遍，不行就再要一个。"
NEED_LINK_AGAIN = "已经登录过？点这里再试一次"
START_TITLE = "开始"
START_BODY = "点下面的按钮，就会打开聊天并开始。"
START = "开始"
EMERGENCY = "紧急情况请直接拨打 110 或 120。"
NOT_FOUND_TITLE = "没有这个页面"
NOT_FOUND_BODY = "请检查地址，或用登录链接打开。"

# Refusals on the chat page
SIGN_IN_AGAIN = "登录已失效，请用新的登录链接打开。"
NOT_YOURS = "这里打不开，请用自己的登录链接。"
RELOAD = "页面放得太久了，请刷新后再试。"
TOO_FAST = "发得太快了，请等 {seconds} 秒再试。"
TOO_OFTEN = "试得太多了，请等 {seconds} 秒再试。"
LOCKED = "已锁定，请输入密码。"
BAD_PIN = "密码是 4 到 8 位数字。"
WRONG_PIN = "密码不对，还可以试 {left} 次。"
TOO_MANY_PINS = "密码错了太多次，这台设备已退出登录，请重新要一个登录链接。"
DEVICE_GONE = "这台设备已经退出登录了。"
SEARCH_WHAT = "请写一两个要找的词（最多 100 个字）。"
NO_PUSH = "这台手机的浏览器不能接收提醒，不影响收发消息。"
EMPTY = "还没有写内容。"
TOO_LONG = "太长了：最多 {limit} 个字，现在是 {length} 个字，请分几次发送。"
FAR_TOO_LONG = "太长了，请分几次发送。"
BAD_REQUEST = "没有看懂这个请求，请刷新页面再试。"
FILE_TOO_BIG = "文件太大：最多 {limit} MB。"
FILE_EMPTY = "这个文件是空的。"
CHAT_FULL = "您在这里存的照片和文件太多了，暂时不能再发，请告诉管理员。文字照样能发。"
INFECTED = "这个文件里有病毒，没有发出去。请不要转发它，并告诉管理员。"
NOT_SCANNED = "文件的安全检查暂时用不了，文件先发不了，请过一会儿再试。文字照样能发。"
NO_ROOM = "服务器的空间快满了，照片和文件先发不了，请过一会儿再试。文字照样能发。"
NOT_A_PHOTO = "这不是能显示的图片，请作为文件发送。"
PHOTO_TOO_MANY_PIXELS = "照片太大了（最多 {most} 万像素），请在相册里裁小，或截个屏再发。"
PHOTO_BROKEN = "这张照片没有传完整，或者已经损坏，请重新拍一张再发。"
FILE_TELLS_WHERE = "已按原文件发送。里面可能带有拍摄的时间和地点；想去掉，请改发“照片”。"
FILE_GONE = "这个文件已经不在了。"
MESSAGE_GONE = "这条消息已经不在了。"
NOT_PLAYABLE = "这不是能播放的录音或视频，请作为文件发送。"
NO_PHONE = "这里没有登记您的手机号码，请直接把号码写在消息里。"
POLL_CLOSED = "投票已经结束了。"
VOTE_IS_FINAL = "您已经投过票，不能再改了。"
VOTE_FOR_ONE = "只能选一项。"
BUTTON_GONE = "这个按钮已经失效了，请看最新的消息。"
STOPPED = "您已停用这个机器人；发送 /start 可以重新启用。"
SILENCED = "管理员暂时不让您在这个群里发这类消息。"
BARRED = "管理员已停用您的账号，有事请联系管理员。"
OUR_FAULT = "服务器出了点问题，内容没有发出，请稍后再试。"

# The demo
DEMO_BANNER = "演示数据：人物和事情都是编的"
DEMO_TITLE = "选一个角色"
DEMO_HELP = "点名字进入聊天；勾选几个再点“并排打开”，可以同时看几个人（最多 {most} 个）。"
DEMO_OPEN_SEVERAL = "并排打开"
DEMO_PICK = "勾选 {title}"
DEMO_EMPTY = "演示人物还没有准备好，请稍等片刻再刷新。"
DEMO_BACK = "换个角色"
DEMO_WALL = "并排的聊天"
