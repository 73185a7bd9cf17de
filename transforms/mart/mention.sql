-- 媒体报道（篇次）：每次发表一行。同一媒体同一链接，或同一媒体同一天同一标题，算一次；其他媒体转载各算一次
-- grain: mention_id
with ranked as (
    select
        g.mention_id, g.story_key, r.*,
        row_number() over (partition by g.mention_id order by r.load_seq desc, r.sheet desc, r.row_number desc) as age
    from staging.report_row as r
    join staging.report_group as g on g.load_seq = r.load_seq and g.sheet = r.sheet and g.row_number = r.row_number
), current_row as (
    select * from ranked where age = 1
), story_start as (
    -- 标题相同、相隔不超过 7 天的发表为同一条新闻
    select
        mention_id, story_key, published_on,
        case when published_on - lag(published_on) over (partition by story_key order by published_on, mention_id) <= 7 then 0 else 1 end as is_start
    from current_row
), story as (
    select
        mention_id,
        md5(story_key || '#' || cast(sum(is_start) over (partition by story_key order by published_on, mention_id) as varchar)) as story_id
    from story_start
)
select
    r.mention_id,                                                       -- 发表编号
    r.title,                                                            -- 标题
    r.media_name,                                                       -- 媒体名称
    r.media_type,                                                       -- 媒体类型
    r.media_level,                                                      -- 媒体级别
    r.author,                                                           -- 作者
    r.published_at,                                                     -- 发表时间（只有日期时为零点）
    r.published_on,                                                     -- 发表日期（北京时间） !not_null
    r.url,                                                              -- 链接
    r.canonical_url,                                                    -- 规范链接
    r.tone_raw,                                                         -- 倾向原文
    r.tone,                                                             -- 倾向：正面、中性、负面；空为待确认
    r.tone_source,                                                      -- 倾向由谁认定：person 人工；vendor 厂商
    coalesce(r.tone = '正面', false) as is_positive_report,             -- 是否计入正面报道：明确为正面；待确认的不计
    s.story_id,                                                         -- 新闻编号（mart.story）
    r.reads,                                                            -- 阅读量
    r.reads_is_capped,                                                  -- 阅读量是否封顶显示
    u.unit,                                                             -- 单位
    r.unit_text,                                                        -- 供稿单位原文
    r.origin,                                                           -- 来源类别
    r.load_seq                                                          -- 版本次序
from current_row as r
join story as s on s.mention_id = r.mention_id
left join raw.unit_alias as u on u.alias = r.unit_text
