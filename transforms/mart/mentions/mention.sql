-- 媒体报道（篇次）：每次发表一行。同一链接，或同一媒体同一天同一标题，算一次；其他媒体转载各算一次。
-- 人工判为无关的不在其中
-- grain: mention_id
with ranked as (
    -- 人工台账优先于厂商，列表页只作补充（只有日期），新版本优先于旧版本
    select
        g.mention_id, g.story_key, r.*,
        row_number() over (partition by g.mention_id order by case when r.origin = 'ledger' then 0
            when r.published_basis = '列表' then 2 else 1 end, r.load_seq desc, r.sheet desc, r.row_number desc) as age
    from staging.report_row as r
    join staging.report_group as g on g.load_seq = r.load_seq and g.sheet = r.sheet and g.row_number = r.row_number
), current_row as (
    select * from ranked where age = 1
), best as (
    -- 逐列取最优先的已知值：台账没填的，用厂商给的
    select
        k.mention_id, min_by(k.url, k.age) filter (where k.url is not null) as url, min_by(k.canonical_url, k.age)
            filter (where k.canonical_url is not null) as canonical_url,
        min_by(k.media_name, k.age) filter (where not regexp_matches(k.media_name, '^[0-9a-z.-]+\.[a-z]{2,}$'))
            as media_name,
        min_by(k.media_level, k.age) filter (where k.media_level is not null) as media_level,
            min_by(l.media_level, k.age) filter (where l.media_level is not null) as known_level,
        min_by(k.media_type, k.age) filter (where k.media_type is not null) as media_type, min_by(k.author, k.age)
            filter (where k.author is not null) as author,
        coalesce(min_by(k.tone_raw, k.age) filter (where k.tone is not null), min_by(k.tone_raw, k.age)
            filter (where k.tone_raw is not null)) as tone_raw,
        min_by(k.published_at, k.age) filter (where k.has_clock and k.published_on = c.published_on) as clocked_at,
        min_by(k.published_basis, k.age) filter (where k.has_clock and k.published_on = c.published_on)
            as clocked_basis,
        min_by(k.is_reprint, k.age) filter (where k.is_reprint is not null) as is_reprint,
        min_by(k.reads, k.age) filter (where k.reads is not null) as reads, max(k.similar_count) as similar_count,
        max(case when k.reads_is_capped then 1 else 0 end) = 1 as reads_is_capped, min_by(k.unit_text, k.age)
            filter (where k.unit_text is not null) as unit_text
    from ranked as k
    join current_row as c on c.mention_id = k.mention_id
    left join staging.mention_level as l on l.media_name = k.media_name
        and l.site = coalesce(regexp_extract(k.canonical_url, '^([^/?]+)', 1), '')
    group by k.mention_id
), story_start as (
    -- 标题相同、相隔不超过 7 天的发表为同一条新闻
    select
        mention_id, story_key, published_on,
        case when published_on - lag(published_on) over (partition by story_key order by published_on, mention_id) <= 7
            then 0 else 1 end as is_start
    from current_row
), story as (
    select mention_id, md5(story_key || '#' || cast(sum(is_start)
        over (partition by story_key order by published_on, mention_id) as varchar)) as story_id
    from story_start
), joined as (
    -- 人工认定为另一条新闻的：其中一次发表的认定，同标题的各次都照此
    select s.mention_id, coalesce(max(d.value) over (partition by s.story_id), s.story_id) as story_id
    from story as s
    left join staging.decision as d on d.kind = 'story' and d.is_current and d.subject = s.mention_id
)
select
    r.mention_id,                                                       -- 发表编号
    r.title,                                                            -- 标题
    r.title_is_derived,                                                 -- 标题是否取自正文前 40 字
    coalesce(b.media_name, r.media_name) as media_name,                 -- 媒体名称；有名称时不用域名
    b.media_type,                                                       -- 媒体类型
    coalesce(b.media_level, b.known_level)
        as media_level,  -- 媒体级别：台账或厂商所填，没有时按媒体级别表（plans/media.csv）
    b.author,                                                           -- 作者
    coalesce(b.clocked_at, r.published_at)
        as published_at,  -- 发表时间（只有日期时为零点）；台账只有日期的，用厂商当天的时刻
    r.published_on,                                                     -- 发表日期（北京时间） !not_null
    b.clocked_at is not null as has_clock,                              -- 发表时间是否精确到时分
    coalesce(b.clocked_basis,
        r.published_basis) as published_basis,  /* 发表时间的依据：台账、导出、页面标注、网址、页面日期、列表、
            搜索结果、相对时间（从保存时算起）、站点声明 */
    b.url,                                                              -- 链接
    b.canonical_url,                                                    -- 规范链接
    coalesce(e.disagreement, b.tone_raw) as tone_raw,                   -- 倾向原文；厂商不一致时各家的说法
    e.tone,                                                             -- 倾向：正面、中性、负面；空为待确认
    e.tone_source,                                                      -- 倾向由谁认定：person 人工；vendor 厂商
    coalesce(e.tone = '正面', false) as is_positive_report,             -- 是否计入正面报道：明确为正面；待确认的不计
    s.story_id,                                                         -- 新闻编号（mart.story）
    b.reads,                                                            -- 阅读量
    b.reads_is_capped,                                                  -- 阅读量是否封顶显示
    coalesce(b.is_reprint, false) as is_reprint,                        -- 是否转载
    b.similar_count as reprints_not_in_file,  -- 厂商称的相似文章数：不在文件中，未证实，从不相加
    u.unit,                                                             -- 单位
    b.unit_text,                                                        -- 供稿单位原文
    r.origin,                                                           -- 来源类别
    r.load_seq                                                          -- 版本次序
from current_row as r
join best as b on b.mention_id = r.mention_id
join joined as s on s.mention_id = r.mention_id
left join staging.settled_tone as e on e.mention_id = r.mention_id
left join staging.unit_name as u on u.name = b.unit_text
where coalesce(e.tone, '') <> '无关'
