-- 报道按媒体类型：本年度至截至日，各类媒体各类倾向的篇次
-- grain: media_type
select
    media_type,                                                                   -- 媒体类型；没有填的为“未填”
    cast(sum(positive) as bigint) as positive,                                    -- 正面篇次
    cast(sum(neutral) as bigint) as neutral,                                      -- 中性篇次
    cast(sum(negative) as bigint) as negative,                                    -- 负面篇次
    cast(sum(waiting) as bigint) as waiting,                                      -- 倾向待核定篇次
    count(*) as mentions,                                                         -- 全部篇次
    count(distinct story_id) as stories,                                          -- 不同的新闻数
    count(distinct case when positive = 1 then story_id end) as positive_stories  -- 正面报道中不同的新闻数
from staging.mention_tone
group by media_type
