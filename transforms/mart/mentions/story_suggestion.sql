-- 疑似同一条新闻（只提示，从不归并）：最近 60 天内、相隔不超过 3 天、标题二字组的 Jaccard 不低于 0.6，且数字、
-- 区名都相同的两条
-- grain: story_id, other_story_id
with district as (
    select distinct s.story_id, u.unit
    from mart.story as s
    join ops.context as c on s.first_published_on > c.as_of - 60
    join raw.unit_alias as a on position(a.alias in s.title) > 0
    join raw.unit as u on u.unit = a.unit and u.kind = 'district'
), named as (
    select story_id, string_agg(unit, '、' order by unit) as districts from district group by story_id
), story as (
    select
        s.story_id, s.title, s.first_published_on, plain_title(s.title) as key,
        list_sort(regexp_extract_all(s.title, '[0-9]+')) as numbers, n.districts
    from mart.story as s
    join ops.context as c on s.first_published_on > c.as_of - 60
    left join named as n on n.story_id = s.story_id
), gram as (
    select *, list_distinct(list_transform(range(1, length(key)), lambda i: substr(key, i, 2))) as grams
    from story
    where length(key) >= 4
), pair as (
    select
        a.story_id, b.story_id as other_story_id, a.title, b.title as other_title, a.first_published_on,
            b.first_published_on as other_published_on,
        len(list_intersect(a.grams, b.grams)) as common, len(a.grams) + len(b.grams) as both_grams
    from gram as a
    join gram as b
        on b.first_published_on between a.first_published_on and a.first_published_on + 3
        and (b.first_published_on > a.first_published_on or b.title > a.title)
        and a.numbers = b.numbers and a.districts is not distinct from b.districts
)
select
    story_id,                                               -- 较早的一条（mart.story）
    other_story_id,                                         -- 较晚的一条
    title,                                                  -- 较早一条的标题
    other_title,                                            -- 较晚一条的标题
    first_published_on,                                     -- 较早一条的最早发表日期
    other_published_on,                                     -- 较晚一条的最早发表日期
    common / cast(both_grams - common as double)
        as likeness  -- 标题二字组的 Jaccard（0–1）：不足以判定是否同一条 !min(0.6) !max(1)
from pair
where common / cast(both_grams - common as double) >= 0.6
