-- 单位贡献：每个单位一行，本年度截至日。台账没来过的项为空；比率在样本不足 10 时为空
-- grain: unit
with came as (
    select
        max(case when metric = 'activities' then 1 end) as activities, max(case when metric = 'publications' then 1 end)
            as reports,
        max(case when metric = 'products' then 1 end) as products, max(case when metric = 'live_sessions' then 1 end)
            as lives
    from staging.target_source
), mention as (
    select m.unit, count(*) filter (where m.is_positive_report) as positive, count(*)
        filter (where m.tone is not null) as toned, count(*) as mentions
    from mart.mention as m join ops.context as c on m.published_on between c.year_start and c.plan_as_of
    where m.unit is not null group by m.unit
), activity as (
    select a.unit, count(*) as activities, sum(a.participants) as participants
    from staging.activity_unit as a join ops.context as c on a.started_on between c.year_start and c.plan_as_of
    group by a.unit
), product as (
    select p.unit, count(*) as products
    from mart.new_media_product as p join ops.context as c on p.published_on between c.year_start and c.plan_as_of
    where p.unit is not null group by p.unit
), live as (
    select l.unit, count(*) as lives
    from mart.live_session as l join ops.context as c on l.started_on between c.year_start and c.plan_as_of
    where l.unit is not null group by l.unit
), account as (
    select a.unit, count(distinct a.account_id) as accounts, sum(d.reads) as reads, sum(d.readers) as readers,
        count(d.date) as days
    from raw.account as a
    cross join ops.context as c
    left join mart.account_daily as d on d.account_id = a.account_id and d.date between c.year_start and c.plan_as_of
    group by a.unit
), site as (
    select unit, count(*) as sites, cast(sum(uses) as bigint) as uses from mart.public_site where unit is not null
        group by unit
), submission as (
    select s.unit, count(*) as submissions, count(*) filter (where s.is_adopted) as adopted
    from mart.submission as s join ops.context as c on s.submitted_on between c.year_start and c.plan_as_of
    where s.unit is not null group by s.unit
), other as (
    -- 其他台账里出现过的，或报过零报告的
    select unit, count(*) as signs from (
        select t.unit from mart.training as t join ops.context as c on t.started_on between c.year_start
            and c.plan_as_of
        union all
        select i.unit from mart.portal_interview as i join ops.context as c on i.held_on between c.year_start
            and c.plan_as_of
        union all
        select split_part(d.subject, '|', 1) from staging.decision as d
        join ops.context as c on split_part(split_part(d.subject, '|', 3), '-', 1) = cast(c.plan_year as varchar)
        where d.kind = 'none' and d.is_current and d.value is not null
    ) as s where unit is not null group by unit
), joined as (
    select
        u.unit, u.kind, x.accounts, x.reads, x.readers,
        coalesce(m.mentions, a.activities, p.products, l.lives, o.signs, i.sites, b.submissions, nullif(x.days, 0),
            0) > 0 as has_reported,
        case when w.reports = 1 then coalesce(m.positive, 0) end as positive_reports, m.mentions, m.toned,
        case when w.activities = 1 then coalesce(a.activities, 0) end as activities, a.participants,
        case when w.products = 1 then coalesce(p.products, 0) end as new_media_products,
        case when w.lives = 1 then coalesce(l.lives, 0) end as livestreams, i.sites as public_sites,
            i.uses as site_uses, b.submissions, b.adopted
    from raw.unit as u
    cross join came as w
    left join mention as m on m.unit = u.unit
    left join activity as a on a.unit = u.unit
    left join product as p on p.unit = u.unit
    left join live as l on l.unit = u.unit
    left join account as x on x.unit = u.unit
    left join other as o on o.unit = u.unit
    left join site as i on i.unit = u.unit
    left join submission as b on b.unit = u.unit
)
select
    unit,                                                                                   -- 单位
    kind,  -- 类别：district 区；area 片区；bureau 市级
    has_reported,  /* 今年是否报过：有报道、活动、产品、直播、培训、访谈或账号数据，或报过零报告；否为未报，
        各项的 0 不作数 */
    mentions,                                                                               -- 报道篇次（不论倾向）
    positive_reports,                                                                       -- 正面报道篇次
    rank() over (order by positive_reports desc nulls last) as positive_reports_rank,       -- 正面报道名次
    case when toned >= 10
        then positive_reports / cast(toned as double) end
            as positive_rate,  -- 正面占比（0–1）；有倾向的不足 10 篇次为空
    activities,                                                                             -- 活动场数
    rank() over (order by activities desc nulls last) as activities_rank,                   -- 活动名次
    participants,                                                                           -- 活动参与人数
    new_media_products,                                                                     -- 新媒体产品件数
    livestreams,                                                                            -- 直播场数
    public_sites,  -- 登记的公益阵地处数；没有登记过为空
    site_uses,                                                                              -- 公益阵地本年度使用次数
    submissions,  -- 投稿报送件数；没有报送过为空
    adopted as submissions_adopted,                                                         -- 其中采用件数
    accounts,                                                                               -- 登记账号数
    reads,  -- 账号阅读次数合计；2025-11 起公众号不再提供次数，看人数
    readers  -- 账号阅读人数合计（日人数之和），与次数是两个指标
from joined
