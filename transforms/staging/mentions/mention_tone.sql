-- 本年度的报道各算哪一类倾向：全项目只在这里定义一次。正面须计入正面报道；没有定论的为待核定
-- grain: mention_id
select
    m.mention_id,                                                       -- 报道编号
    coalesce(m.media_level, '未填') as media_level,                     -- 媒体级别
    coalesce(m.media_type, '未填') as media_type,                       -- 媒体类型
    cast(date_trunc('month', m.published_on) as date) as month_start,   -- 月份首日
    m.story_id,                                                         -- 新闻编号
    case when m.is_positive_report then 1 else 0 end as positive,       -- 1 正面
    case when m.tone = '中性' then 1 else 0 end as neutral,             -- 1 中性
    case when m.tone = '负面' then 1 else 0 end as negative,            -- 1 负面
    case when m.tone is null then 1 else 0 end as waiting               -- 1 倾向待核定
from mart.mention as m
join ops.context as c on m.published_on between c.year_start and c.plan_as_of
