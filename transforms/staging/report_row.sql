-- 媒体报道：每条来源记录一行（人工台账；厂商导出由舆情来源并入），已去除自有媒体
-- grain: load_seq, sheet, row_number
with typed as (
    select
        load_seq, sheet, row_number, 'ledger' as origin,
        to_text(title) as title, to_text(media_name) as media_name, to_text(media_level) as media_level, to_text(media_type) as media_type,
        to_text(author) as author, to_day(published_on, default_year) as published_on,
        to_instant(published_on, default_year) as published_at, to_url(url) as url, canonical_url(url) as canonical_url,
        to_text(tone) as tone_raw, to_text(section_name) as section_name, to_text(theme) as theme,
        coalesce(to_text(supplied_by), to_text(unit)) as unit_text,
        to_count(reads) as reads, is_capped(reads) or coalesce(to_bool(is_10w), false) as reads_is_capped
    from raw.ledger_report
)
select
    t.load_seq,                                                     -- 版本次序
    t.sheet,                                                        -- 工作表
    t.row_number,                                                   -- 行号
    t.origin,                                                       -- 来源类别：ledger 人工台账
    t.title,                                                        -- 标题
    plain_title(t.title) as title_key,                              -- 用于比对的标题
    t.media_name,                                                   -- 媒体名称
    t.media_level,                                                  -- 媒体级别
    t.media_type,                                                   -- 媒体类型
    t.author,                                                       -- 作者
    t.published_on,                                                 -- 发表日期
    t.published_at,                                                 -- 发表时间（只有日期时为零点）
    t.url,                                                          -- 链接
    t.canonical_url,                                                -- 规范链接
    t.tone_raw,                                                     -- 倾向原文
    case when t.tone_raw in ('正面', '中性', '负面') then t.tone_raw end as tone,      -- 倾向：正面、中性、负面；空为待确认
    case when t.tone_raw in ('正面', '中性', '负面') then 'person' end as tone_source, -- 倾向由谁认定：person 人工；vendor 厂商
    t.section_name,                                                 -- 版面栏目
    t.theme,                                                        -- 宣传主题
    t.unit_text,                                                    -- 供稿单位原文
    t.reads,                                                        -- 阅读量
    t.reads_is_capped                                               -- 阅读量是否封顶
from typed as t
join staging.visible_file as v on v.load_seq = t.load_seq
cross join ops.context as c
left join raw.own_media as o on o.media_name = t.media_name
where t.published_on <= c.as_of and o.media_name is null
