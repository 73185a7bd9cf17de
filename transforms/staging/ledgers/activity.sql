-- 宣传活动现值：同一开始日期、名称、主办单位为一场，取最新版本
-- grain: activity_id
with typed as (
    select
        md5(concat_ws('|', cast(to_range_start(r.started_on, r.default_year) as varchar), plain_title(r.name),
            to_text(r.host))) as activity_id,
        to_text(r.name) as name, to_text(r.activity_type) as activity_type,
        to_range_start(r.started_on, r.default_year) as started_on,
        coalesce(to_day(r.ended_on, r.default_year), to_range_end(r.started_on, r.default_year)) as ended_on,
        to_text(r.place) as place, to_text(r.host) as host, to_text(r.co_host) as co_host, to_text(r.theme) as theme,
        to_count(r.participants) as participants, to_count(r.leaflets) as leaflets, to_count(r.media_reports)
            as media_reports,
        to_url(r.url) as url, coalesce(to_text(r.unit), v.unit, to_text(r.host)) as unit_text, to_text(r.project)
            as project_text,
        r.source, r.load_seq, r.sheet, r.row_number
    from raw.ledger_activity as r
    join staging.visible_file as v on v.load_seq = r.load_seq
    where not exists (select 1 from staging.gone_row as g where g.is_withdrawn
        and g.load_seq = r.load_seq and g.sheet = coalesce(r.sheet, '') and g.row_number = r.row_number)
), newest as (
    select * from typed qualify is_latest(activity_id, load_seq, sheet, row_number)
), kept as (
    select n.*, plain_title(n.name) as title_key, concat_ws(' ', n.host, n.co_host) as hosts
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
