-- 报道按月份：本年度至截至日，每月各类倾向的篇次；没有报道的月份没有行
-- grain: month_start
select
    month_start,                                                                  -- 月份首日
    cast(sum(positive) as bigint) as positive,                                    -- 正面篇次
    cast(sum(neutral) as bigint) as neutral,                                      -- 中性篇次
    cast(sum(negative) as bigint) as negative,                                    -- 负面篇次
    cast(sum(waiting) as bigint) as waiting,                                      -- 倾向待核定篇次
    count(*) as mentions,                                                         -- 全部篇次
    count(distinct story_id) as stories,                                          -- 不同的新闻数
    count(distinct case when positive = 1 then story_id end) as positive_stories  -- 正面报道中不同的新闻数
from staging.mention_tone
group by month_start
