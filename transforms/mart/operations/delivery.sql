-- 报送一览：每个账号或单位、每种数据、每个已结束的期间一行，已交的、零报告的和还缺的都在内；缺什么见 mart.owed
-- grain: owner, export, period
with none as (
    select subject from staging.decision where kind = 'none' and is_current and value is not null
)
select
    e.owner_kind,                                           -- 类别：account 账号；unit 单位；office 宣传处
    e.owner,                                                -- 账号编号或单位名称
    e.owner_zh,                                             -- 名称
    e.unit,                                                 -- 所属单位
    e.export,                                               -- 数据编号
    e.export_zh,                                            -- 数据名称
    e.period,                                               -- 期间：2023-10、2023-Q3、2023-H1、2023
    e.first_on,                                             -- 期间首日（不早于开始报送的那天）
    e.last_on,                                              -- 期间末日
    e.days_known,                                           -- 已收到的天数
    case when n.subject is not null
        then 'none' else coalesce(o.state, 'delivered') end
            as state  /* 状态：delivered 已交；none 零报告；其余同 mart.owed
                !in(delivered, none, owed, due_soon, late, lost, partial) */
from staging.expected_period as e
left join mart.owed as o on o.owner = e.owner and o.export = e.export and o.period = e.period
left join none as n on n.subject = e.owner || '|' || e.export || '|' || e.period
