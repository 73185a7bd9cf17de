-- 宣传活动现值：同一开始日期、名称、主办单位为一场，取最新版本
-- grain: activity_id
with newest as (
    select r.*
    from staging.activity_row as r
    where not exists (select 1 from staging.gone_row as g where g.is_withdrawn
        and g.load_seq = r.load_seq and g.sheet = coalesce(r.sheet, '') and g.row_number = r.row_number)
    qualify is_latest(r.activity_id, r.load_seq, r.sheet, r.row_number)
), kept as (
    select n.*, n.name_key as title_key, concat_ws(' ', n.host, n.co_host) as hosts
    from newest as n
    cross join ops.context as c
    where n.started_on <= c.as_of
), joint as (
    -- 几个单位合办的，各家台账都列：同一天、同名，且一方的主办在另一方的主办或承办之中，或链接相同，算一场
    select a.activity_id, min(b.activity_id) as joint_id
    from kept as a
    join kept as b on b.started_on = a.started_on and b.title_key = a.title_key
        and (b.activity_id = a.activity_id or position(a.host in b.hosts) > 0 or position(b.host in a.hosts) > 0
            or a.url = b.url)
    group by a.activity_id
)
select
    n.activity_id,      -- 活动编号
    j.joint_id,         -- 合办的同一场活动的编号；不合办的即活动编号
    n.name,             -- 活动名称 !not_null
    n.activity_type,    -- 活动类型
    n.started_on,       -- 开始日期 !not_null
    n.ended_on,         -- 结束日期
    n.place,            -- 地点
    n.host,             -- 主办单位
    n.co_host,          -- 承办单位
    n.theme,            -- 宣传主题
    n.participants,     -- 参与人数
    n.leaflets,         -- 发放资料数
    n.media_reports,    -- 媒体报道篇数
    n.url,              -- 链接
    n.unit_text,        -- 单位原文
    n.project_text,     -- 宣传项目原文
    n.source,           -- 收件夹
    n.load_seq,         -- 版本次序
    n.sheet,            -- 工作表
    n.row_number        -- 行号
from kept as n
join joint as j on j.activity_id = n.activity_id
