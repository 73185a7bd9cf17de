-- 报道脉搏：最近 7 天的篇次与此前 28 天相比。激增：不少于 5 篇次且高出周均 3 倍泊松标准差；沉寂：
-- 此前每周不少于 4 篇次而最近没有一篇
-- grain: tone_group
with part as (
    select '全部' as tone_group, mention_id, story_id, title, media_name, published_on from mart.mention
    union all
    select tone, mention_id, story_id, title, media_name, published_on from mart.mention where tone in ('正面', '负面')
), dated as (
    select
        p.*,
        case when p.published_on > c.as_of - 7 then 'recent' when p.published_on > c.as_of - 35 then 'earlier' end
            as span
    from part as p cross join ops.context as c
    where p.published_on <= c.as_of
), figures as (
    select
        tone_group, min(published_on) as first_on, count(*) filter (where span = 'recent') as recent,
        count(*) filter (where span = 'earlier') as earlier
    from dated
    group by tone_group
), media as (
    select tone_group, media_name, count(*) as mentions,
        row_number() over (partition by tone_group order by count(*) desc, media_name) as place
    from dated where span = 'recent' and media_name is not null
    group by tone_group, media_name
), story as (
    select tone_group, story_id, min(left(title, 20)) as title, count(*) as mentions,
        row_number() over (partition by tone_group order by count(*) desc, min(title), story_id) as place
    from dated where span = 'recent'
    group by tone_group, story_id
), top_media as (
    select tone_group, string_agg(media_name || ' ' || cast(mentions as varchar), '、' order by place) as text
    from media where place <= 3 group by tone_group
), top_story as (
    select tone_group, string_agg(title || '（' || cast(mentions as varchar) || '）', '；' order by place) as text
    from story where place <= 3 group by tone_group
)
select
    f.tone_group,                                                       -- 范围：全部、正面、负面
    f.recent,                                                           -- 最近 7 天篇次
    f.earlier / 4.0 as earlier_per_week,                                -- 此前 28 天的周均篇次
    case when f.first_on > c.as_of - 35 then 'no_baseline'
        when f.recent >= 5 and f.recent > f.earlier / 4.0 + 3 * sqrt(f.earlier / 4.0) then 'spike'
        when f.recent = 0 and f.earlier >= 16 then 'silence'
        else 'steady' end as verdict,  /* 判定：spike 激增；silence 沉寂；steady 平稳；no_baseline 记录不满 5 周，
            无从比较 */
    m.text as top_media,                                                -- 最近 7 天发得最多的 3 家媒体及篇次
    s.text as top_stories                                               -- 最近 7 天篇次最多的 3 条新闻及篇次
from figures as f
cross join ops.context as c
left join top_media as m on m.tone_group = f.tone_group
left join top_story as s on s.tone_group = f.tone_group
