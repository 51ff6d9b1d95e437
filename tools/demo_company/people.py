"""People of the demo company and what they hold."""

# number | hired | left (first day gone) | position | in it from | roles | Chinese | English | e-mail name
EMPLOYEES = """
0001 | 2021-03-01 |            | M-01 | 2021-03-01 | employee;manager;approver;owner | 顾承远 | Gu Chengyuan | gu.cy
0002 | 2021-03-01 |            | M-02 | 2021-03-01 | employee;manager;approver | 方雅琴 | Fang Yaqin | fang.yq
0003 | 2021-03-01 |            | S-01 | 2021-03-01 | employee;manager | 沈卫东 | Shen Weidong | shen.wd
0004 | 2021-03-15 |            | T-01 | 2021-03-15 | employee;manager | 魏国强 | Wei Guoqiang | wei.gq
0005 | 2021-03-15 |            | O-01 | 2021-03-15 | employee;manager | 陆明慧 | Lu Minghui | lu.mh
0006 | 2021-04-01 |            | O-10 | 2021-04-01 | employee;manager;hr | 苏婉清 | Su Wanqing | su.wq
0007 | 2021-04-06 |            | O-07 | 2021-04-06 | employee;manager | 秦素梅 | Qin Sumei | qin.sm
0008 | 2021-04-12 |            | O-02 | 2021-04-12 | employee;manager | 郑海涛 | Zheng Haitao | zheng.ht
0009 | 2021-05-10 |            | O-04 | 2021-05-10 | employee;manager | 吕建民 | Lü Jianmin | lv.jm
0010 | 2021-06-01 |            | T-02 | 2021-06-01 | employee;manager | 韩立群 | Han Liqun | han.lq
0011 | 2021-06-07 |            | T-05 | 2021-06-07 | employee | 宋志刚 | Song Zhigang | song.zg
0012 | 2021-06-15 | 2025-07-01 | S-04 | 2021-06-15 | employee;manager | 唐文杰 | Tang Wenjie | tang.wj
0013 | 2021-07-05 |            | T-03 | 2021-07-05 | employee | 许晓岚 | Xu Xiaolan | xu.xl
0014 | 2021-07-12 |            | T-06 | 2021-07-12 | employee;manager | 邵长林 | Shao Changlin | shao.cl
0015 | 2021-09-01 |            | T-07 | 2021-09-01 | employee | 卢保国 | Lu Baoguo | lu.bg
0016 | 2021-09-06 |            | O-09 | 2021-09-06 | employee | 江玉兰 | Jiang Yulan | jiang.yl
0017 | 2022-02-21 |            | S-02 | 2022-02-21 | employee;manager | 周屹然 | Zhou Yiran | zhou.yr
0018 | 2022-03-01 |            | T-07 | 2022-03-01 | employee | 罗小军 | Luo Xiaojun | luo.xj
0019 | 2022-03-07 | 2024-06-01 | S-05 | 2022-03-07 | employee | 贺鹏 | He Peng | he.p
0020 | 2022-03-14 |            | O-05 | 2022-03-14 | employee | 田桂芳 | Tian Guifang | tian.gf
0021 | 2022-04-06 |            | S-06 | 2023-02-01 | employee;manager | 叶思敏 | Ye Simin | ye.sm
0022 | 2023-03-06 |            | S-03 | 2023-03-06 | employee | 潘悦 | Pan Yue | pan.y
0023 | 2024-05-06 |            | S-03 | 2024-05-06 | employee | 龚子豪 | Gong Zihao | gong.zh
0024 | 2022-05-09 |            | S-04 | 2023-07-01 | employee;manager | 丁浩 | Ding Hao | ding.h
0025 | 2022-05-16 |            | S-04 | 2025-07-01 | employee;manager | 范丽华 | Fan Lihua | fan.lh
0026 | 2022-06-01 |            | S-09 | 2022-06-01 | employee | 温若彤 | Wen Ruotong | wen.rt
0027 | 2022-06-06 |            | T-09 | 2022-06-06 | employee | 袁雪 | Yuan Xue | yuan.x
0028 | 2022-07-04 |            | T-03 | 2022-07-04 | employee | 董鸣 | Dong Ming | dong.m
0029 | 2022-08-01 | 2025-09-16 | O-13 | 2023-01-01 | employee | 毛俊峰 | Mao Junfeng | mao.jf
0030 | 2022-08-15 |            | T-05 | 2022-08-15 | employee | 侯永亮 | Hou Yongliang | hou.yl
0031 | 2022-10-10 |            | T-04 | 2023-01-01 | employee;manager | 彭启航 | Peng Qihang | peng.qh
0032 | 2022-10-17 |            | O-03 | 2022-10-17 | employee | 白洁 | Bai Jie | bai.j
0033 | 2022-11-01 |            | T-07 | 2022-11-01 | employee | 段金宝 | Duan Jinbao | duan.jb
0034 | 2022-11-07 |            | O-08 | 2022-11-07 | employee | 钱晓芸 | Qian Xiaoyun | qian.xy
0035 | 2022-12-05 | 2024-11-16 | T-05 | 2022-12-05 | employee | 石磊 | Shi Lei | shi.l
0036 | 2023-02-06 |            | S-05 | 2023-02-06 | employee | 曾凡 | Zeng Fan | zeng.f
0037 | 2023-02-13 |            | T-05 | 2023-02-13 | employee | 孟祥宇 | Meng Xiangyu | meng.xy
0038 | 2023-02-20 |            | S-08 | 2023-02-20 | employee | 尹小红 | Yin Xiaohong | yin.xh
0039 | 2023-03-13 |            | T-08 | 2023-03-13 | employee | 黎静 | Li Jing | li.j
0040 | 2023-04-03 |            | T-05 | 2023-04-03 | employee | 常昊 | Chang Hao | chang.h
0041 | 2023-04-10 |            | O-05 | 2023-04-10 | employee | 万春生 | Wan Chunsheng | wan.cs
0042 | 2023-05-08 | 2025-02-16 | S-05 | 2023-05-08 | employee | 康宁远 | Kang Ningyuan | kang.ny
0043 | 2023-06-05 |            | T-03 | 2023-06-05 | employee | 章雨辰 | Zhang Yuchen | zhang.yc
0044 | 2023-06-12 |            | O-12 | 2023-06-12 | employee | 严美玲 | Yan Meiling | yan.ml
0045 | 2023-07-03 |            | T-07 | 2023-07-03 | employee | 覃大勇 | Qin Dayong | qin.dy
0046 | 2023-07-10 |            | O-06 | 2023-07-10 | employee | 凌峰 | Ling Feng | ling.f
0047 | 2023-08-07 |            | S-05 | 2023-08-07 | employee | 施佳怡 | Shi Jiayi | shi.jy
0048 | 2023-09-04 |            | O-11 | 2023-09-04 | employee | 穆珊 | Mu Shan | mu.s
0049 | 2023-09-11 | 2025-11-01 | O-03 | 2023-09-11 | employee | 蒋一鸣 | Jiang Yiming | jiang.ym
0050 | 2023-10-09 |            | T-05 | 2023-10-09 | employee | 翟宏伟 | Zhai Hongwei | zhai.hw
0051 | 2023-11-06 |            | T-07 | 2023-11-06 | employee | 游志成 | You Zhicheng | you.zc
0052 | 2024-01-08 |            | S-08 | 2024-01-08 | employee | 柳青 | Liu Qing | liu.q
0053 | 2024-02-19 |            | O-08 | 2024-02-19 | employee | 樊慧敏 | Fan Huimin | fan.hm
0054 | 2024-03-04 |            | T-05 | 2024-03-04 | employee | 欧阳磊 | Ouyang Lei | ouyang.l
0055 | 2024-03-18 |            | T-08 | 2024-03-18 | employee | 骆诗雨 | Luo Shiyu | luo.sy
0056 | 2024-04-08 |            | O-05 | 2024-04-08 | employee | 古天明 | Gu Tianming | gu.tm
0057 | 2024-06-03 |            | S-05 | 2024-06-03 | employee | 梅子轩 | Mei Zixuan | mei.zx
0058 | 2024-07-01 |            | T-07 | 2024-07-01 | employee | 车建军 | Che Jianjun | che.jj
0059 | 2024-09-02 |            | O-12 | 2024-09-02 | employee | 甘甜 | Gan Tian | gan.t
0060 | 2024-10-08 |            | T-05 | 2024-10-08 | employee | 于洋 | Yu Yang | yu.y
0061 | 2024-12-02 |            | S-08 | 2024-12-02 | employee | 单文静 | Shan Wenjing | shan.wj
0062 | 2025-03-03 |            | S-05 | 2025-03-03 | employee | 阮成 | Ruan Cheng | ruan.c
0063 | 2025-04-07 |            | O-05 | 2025-04-07 | employee | 鲍小虎 | Bao Xiaohu | bao.xh
0064 | 2025-07-07 |            | S-05 | 2025-07-07 | employee | 卓然 | Zhuo Ran | zhuo.r
0065 | 2025-09-01 |            | T-07 | 2025-09-01 | employee | 费强 | Fei Qiang | fei.q
0066 | 2025-11-03 |            | O-03 | 2025-11-03 | employee | 桑雨桐 | Sang Yutong | sang.yt
0067 | 2026-01-05 |            | T-08 | 2026-01-05 | employee | 乔安琪 | Qiao Anqi | qiao.aq
"""

# number | position | capacity | from | to | signed off by | signed off on: everything but the first places above
FURTHER_ASSIGNMENTS = """
0021 | S-08 | incumbent | 2022-04-06 | 2023-02-01 | |
0024 | S-05 | incumbent | 2022-05-09 | 2023-07-01 | |
0025 | S-05 | incumbent | 2022-05-16 | 2025-07-01 | |
0029 | O-12 | incumbent | 2022-08-01 | 2023-01-01 | |
0031 | T-05 | incumbent | 2022-10-10 | 2023-01-01 | |
0004 | T-04 | acting    | 2022-10-01 | 2023-01-01 | |
0017 | S-07 | incumbent | 2023-01-01 |            | |
0021 | S-02 | backup    | 2025-06-01 |            | |
0021 | S-07 | backup    | 2024-03-01 |            | 0003 | 2024-03-15
0024 | S-02 | trainee   | 2026-01-05 |            | |
0024 | S-01 | backup    | 2025-01-01 |            | |
0025 | S-04 | acting    | 2025-05-15 | 2025-07-01 | |
0022 | S-06 | backup    | 2025-03-01 |            | 0021 | 2025-04-01
0003 | M-01 | backup    | 2023-01-01 |            | 0002 | 2023-01-31
0010 | T-01 | backup    | 2023-06-01 |            | 0004 | 2023-06-30
0013 | T-02 | backup    | 2024-01-01 |            | 0010 | 2024-02-01
0011 | T-04 | trainee   | 2025-10-01 |            | |
0015 | T-06 | backup    | 2023-03-01 |            | 0014 | 2023-03-20
0007 | O-01 | backup    | 2024-05-01 |            | 0001 | 2024-05-31
0034 | O-07 | backup    | 2024-09-01 |            | |
0048 | O-10 | backup    | 2025-02-01 |            | 0006 | 2025-02-28
0005 | O-13 | interim_custodian | 2025-09-16 | 2025-12-16 | |
"""

# number | key of the qualification, as position.key | obtained | expires: beside those that incumbents hold anyway
HELD = """
0017 | S-02/2.Q3 | 2023-05-20 |
0021 | S-07.Q1   | 2024-02-28 |
0024 | S-02/2.Q1 | 2025-12-12 |
0011 | T-04.Q3   | 2024-06-30 |
0022 | S-06.Q1   | 2025-03-20 |
0013 | T-02.Q1   | 2023-12-15 |
0015 | T-06.Q1   | 2023-02-10 | 2027-02-09
0048 | O-10.Q1   | 2024-11-30 |
0034 | O-07.Q1   | 2024-08-20 |
"""

# number | key of the qualification that the person has let lapse | obtained | last day
LAPSED = """
0040 | T-05.Q1 | 2023-01-16 | 2026-01-15
0060 | T-05.Q2 | 2023-11-20 | 2025-11-19
"""
