"""A small run that has everything a report shows, and a browser to read the report in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cleaner.engines.local import Plan, run
from cleaner.pipeline import Cleaning

SIGNING = """两镇签订水渠养护协作协议
三月八日，青石镇与柳溪镇在镇文化站举行水渠养护协作签约仪式，双方将共用养护队伍和检修设备。
水渠全长12公里，流经两镇七个村子，每年春天都要清淤，往年各管一段，常有人在交界的地方互相推让。
按照协议，两镇每月派人一同巡渠，遇到渗漏先修后议，费用按灌溉的田亩分摊，年底在村口张榜公布。
柳溪镇的老渠工说，他守了三十年闸门，头一回看到上下游坐在一张桌子上说话，这比修一段新渠还要紧。
青石镇还打算把旧泵房改成一间小小的水利陈列室，让孩子们知道饭碗里的米是怎样来的。
微信
新浪微博
QQ空间
"""

SIGNING_LONG = """三月八日，青石鎮與柳溪鎮簽下了一份誰也沒有想到的協議，起因是去年夏天的一場旱情。
那時上游的閘門關了整整九天，下游的秧苗黃了一片，兩邊的人在渠邊爭執到半夜，最後誰也沒有睡好。
水渠全長12公里，流經兩鎮七個村子，每年春天都要清淤，往年各管一段，常有人在交界的地方互相推讓。
入冬以後，兩鎮的幹部一家一家地問，把每塊田離閘門多遠、要多少水都寫在一個本子上。
按照協議，兩鎮每月派人一同巡渠，遇到滲漏先修後議，費用按灌溉的田畝分攤，年底在村口張榜公布。
簽字那天沒有鞭炮，只有一壺茶。茶是柳溪鎮帶來的，水是從青石鎮的井裡打上來的。
柳溪鎮的老渠工說，他守了三十年閘門，頭一回看到上下游坐在一張桌子上說話，這比修一段新渠還要緊。
責任編輯：林小河
"""

RAIN = """山洪过后各村恢复供水
昨夜的雨下到清晨才停，全镇降雨量为32毫米，转移群众120人，三座小桥过水，没有人员伤亡。
到上午九点，抢修队接好了14处断开的水管，先通了学校和卫生院，再通各家各户。
镇上的粮店照常开门，米面的价钱与前一天一样，店主说库里的存粮够全镇吃20天。
下午还有零星小雨，驻村干部提醒大家不要靠近河滩，牲口也不要放到低处去。
"""

MARKET = """老街的早市搬进了新棚
老街的早市有上百年的历史，从前摊子摆在石板路两边，下雨天人和菜都淋得透湿，走路的人也过不去。
这个月新棚落成，六十多个摊位分成菜、肉、杂货三排，每一排中间留出三步宽的路，推车也能掉头。
卖豆腐的周大娘来得最早，她说棚里亮堂，称看得清，零钱也好找，就是离井远了些，打水要多走几步。
"""

HOSTILE = (
    "标题里有脚本</script><script>window.pwned=1</script>\n"
    "<img src=x onerror=window.pwned=2>正文照常写在这里，"
    "{{ 7*7 }}{% raw %}也照常写在这里，一个字也不少。\n"
    "\u202e倒着写的字\u202c和零宽\u200b字符，还有空字节\x00，都要看得见，不能藏在句子里骗人的眼睛。\n"
    "<!-- <script> --> javascript:alert(1) &lt;b&gt; '\"` ${window.pwned=3}，这一行也是正文。\n"
)

PAPER = """两场演出同日开锣
镇上的两家戏班昨天同时开锣，一家在河东的晒谷场，一家在河西的旧粮仓，看戏的人从桥上来来往往。
唱到第三折的时候下起了小雨，台上的人没有停，台下的人也没有走，只听见一片撑伞的声音，老人们说这样的

夜晚许多年没有见过了，散戏以后桥上的灯一直亮到了半夜。
·林小河·

村口的老桥要修了
村口的石桥修成已有两百年，桥面的石板磨得发亮，近来东边的桥墩被水掏空了一块，走在上面能觉出晃动。
石匠看过以后说，要先把水引开，再一层一层地砌回去，不用水泥，这样再过两百年也拆得开、修得了。
·王大山·
"""

PAGES = {
    "a/signing.txt": SIGNING.encode(),
    "a/signing_long.txt": SIGNING_LONG.encode(),
    "b/rain.txt": RAIN.encode("gb18030"),
    "b/rain_again.txt": RAIN.encode() + "分享到：\n微信\n新浪微博\n".encode(),
    "b/rain_copy.txt": RAIN.replace(
        "先通了学校和卫生院，再通各家各户", "先通学校、卫生院，再通各户"
    ).encode(),
    "b/rain_later.txt": RAIN.replace("32", "58")
    .replace("120", "310")
    .replace("14处", "27处")
    .replace("20天", "15天")
    .encode(),
    "c/market.txt": MARKET.encode(),
    "c/mixed.txt": (MARKET.split("\n")[1] + "\n" + RAIN.split("\n")[4]).encode() * 2,
    "c/paper.txt": PAPER.encode(),
    "d/hostile.txt": HOSTILE.encode(),
    "d/broken.txt": MARKET.encode()[:300] + b"\xff\xfe\x00\xff" + MARKET.encode()[303:],
    "d/links.txt": (
        MARKET + "".join(f"{n}. 第{n}期村务公开栏里的事项一览\n" for n in range(1, 25))
    ).encode(),
    "d/picture.txt": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
}
"""Pages by name: a pair across scripts, copies, other figures, links, damage, and an attack."""


@pytest.fixture(scope="session")
def sample_pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``PAGES``."""
    folder = tmp_path_factory.mktemp("pages")
    for name, raw in PAGES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(raw)
    return folder


RULE = """
[[rule]]
name = "notice-list"
label = "link_list"
strength = "alone"
pattern = '[0-9]{1,3}[.] 第[0-9]{1,3}期村务公开栏里的事项一览'
why = "One of a list of notices."
removes = ["1. 第1期村务公开栏里的事项一览"]
keeps = ["村务公开栏"]
"""
"""A rule of the user's own: whatever becomes of the shipped ones, it takes a long run of lines."""


@pytest.fixture(scope="session")
def sample_run(sample_pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The finished run over ``PAGES``; tests only read in it."""
    folder = tmp_path_factory.mktemp("run")
    rules = folder / "own.toml"
    rules.write_text(RULE, "utf-8")
    cleaning = Cleaning(rules=(rules,))
    run(Plan(inputs=(str(sample_pages),), out=folder / "out", cleaning=cleaning, jobs=1))
    return folder / "out"


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

FLAGS = [
    "--no-sandbox",  # CI runs as root, where Chromium's sandbox does not start
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless Chromium; skips the test where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
