"""Two short stories and the noise below them, for tests that only need some page."""

from __future__ import annotations

STORY = """\
甲乙两市签下三年协作协议
甲乙两市昨日在江边的老图书馆签下协议,约定今后三年内每年互派一百名青年教师到对方学校任教。
协议写明,教师的住宿由接收的一方安排,往返的车票由派出的一方承担,课时费按照接收学校的标准发放。
两市教育部门的负责人说,第一批教师将在九月开学以前到岗,名单下个月在两市政府的网站上公布。
"""
"""A story of four lines, its title first."""

OTHER = """\
跨江大桥今天上午正式通车
经过四年的施工,连接两岸的大桥今天上午正式通车,开车过江只需要五分钟,比坐轮渡快了四十分钟。
沿线六个村庄的菜农最先尝到了甜头,过去要在码头排队的蔬菜,现在天亮以前就能送到对岸的市场。
大桥管理处提醒司机,桥上全程限速六十公里,遇到大风大雾的时候将临时封闭,请留意路口的显示屏。
"""
"""Another story of four lines."""

NOISE = "微信\n新浪微博\nQQ空间\n"
"""The names of three platforms, as buttons for sharing leave them."""
