-- 待确认队列：需要人判断的事，一件一行，疑似负面的报道排前。
-- 报道在媒体报道台账中填写同一链接（或同媒体同日同题）的倾向后离开队列；
-- 直播在台账中补上开播时间后离开队列
-- grain: kind, review_id
select
    '报道倾向' as kind,         -- 事项：报道倾向、直播归并
    m.mention_id as review_id,  -- 事项编号
    m.title,                    -- 标题
    m.published_on,             -- 日期
    '倾向未定' as question_zh,  -- 要确认什么
    m.mention_id,               -- 发表编号；其他事项为空
    m.media_name,               -- 媒体名称
    m.url,                      -- 链接
    m.tone_raw,                 -- 厂商标签原文
    coalesce(regexp_matches(m.tone_raw, '敏感|负|消极') and not regexp_matches(m.tone_raw, '^非'), false)
        or regexp_matches(m.title, '掀翻|强拆|审查调查|不买账|围观|混乱|纵容|没用')
        as is_suspected_negative,  -- 疑似负面：只提示，不定性
    m.story_id                  -- 新闻编号
from mart.mention as m
join ops.context as c on m.published_on between c.year_start and c.plan_as_of
where m.tone is null
union all
select
    '直播归并', l.dated_key, l.title, l.started_on,
    case when l.candidates > 1
        then l.account_name || ' 当天有 ' || cast(l.candidates as varchar) || ' 场直播（' || l.candidate_titles
            || '），不知是哪一场，暂按另一场计；请补上开播时间'
        else '已与同日唯一一场（' || l.candidate_titles || '）并为一场，但名称不同；如不是同一场，请补上开播时间' end,
    null, null, null, null, false, null
from staging.live_match as l
cross join ops.context as c
where l.started_on <= c.as_of and (l.candidates > 1 or not l.is_same_title)
