-- 报道按媒体级别：本年度至截至日，各级媒体各类倾向的篇次
-- grain: media_level
select
    media_level,                                                                  -- 媒体级别；没有填的为“未填”
    cast(sum(positive) as bigint) as positive,                                    -- 正面篇次
    cast(sum(neutral) as bigint) as neutral,                                      -- 中性篇次
    cast(sum(negative) as bigint) as negative,                                    -- 负面篇次
    cast(sum(waiting) as bigint) as waiting,                                      -- 倾向待核定篇次
    count(*) as mentions,                                                         -- 全部篇次
    count(distinct story_id) as stories,                                          -- 不同的新闻数
    count(distinct case when positive = 1 then story_id end) as positive_stories  -- 正面报道中不同的新闻数
from staging.mention_tone
group by media_level
