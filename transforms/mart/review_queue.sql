-- 待确认队列：本年度倾向未定的报道，疑似负面的排前。人工在媒体报道台账中填写同一链接（或同媒体同日同题）的倾向后即离开队列
-- grain: mention_id
select
    m.mention_id,       -- 发表编号
    m.title,            -- 标题
    m.media_name,       -- 媒体名称
    m.published_on,     -- 发表日期
    m.url,              -- 链接
    m.tone_raw,         -- 厂商标签原文
    coalesce(m.tone_raw = '敏感', false) or regexp_matches(m.title, '掀翻|强拆|审查调查|不买账|围观|混乱|纵容|没用') as is_suspected_negative, -- 疑似负面：只提示，不定性
    m.story_id          -- 新闻编号
from mart.mention as m
join ops.context as c on m.published_on between c.year_start and c.plan_as_of
where m.tone is null
