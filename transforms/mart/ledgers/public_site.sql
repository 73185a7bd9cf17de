-- 公益阵地：每处一行（人工台账），及本年度的使用情况
-- grain: site_id
select
    s.site_id,                                                                        -- 阵地编号
    max_by(s.name, s.load_seq) as name,                                               -- 阵地名称
    max_by(s.level, s.load_seq) as level,                                             -- 级别：市、区、街镇
    latest(s.site_type, s.load_seq) as site_type,                                     -- 阵地类型
    latest(s.address, s.load_seq) as address,                                         -- 地址
    max_by(s.manager, s.load_seq) as manager,                                         -- 管理单位
    latest(s.unit, s.load_seq) as unit,                                               -- 单位
    min(s.opened_on) as opened_on,                                                    -- 启用日期
    latest(s.is_shared, s.load_seq) as is_shared,                                     -- 可共享
    count(*) filter (where s.used_on between c.year_start and c.plan_as_of) as uses,  -- 本年度使用次数
    count(distinct case when s.used_on between c.year_start and c.plan_as_of then s.used_by end)
        as users,  -- 本年度使用单位数
    max(case when s.used_on <= c.as_of then s.used_on end) as last_used_on              -- 最近一次使用
from staging.site as s
cross join ops.context as c
where coalesce(s.opened_on, s.used_on, c.as_of) <= c.as_of
group by s.site_id
