-- 媒体报道：每条来源记录一行，已去除自有媒体，限于截至日及以前
-- grain: load_seq, sheet, row_number
with own_address as (
    -- 自有媒体发的文章，别人以域名或别的名称列出来，也是自有媒体的
    select distinct t.canonical_url
    from staging.report_typed as t
    join staging.visible_file as v on v.load_seq = t.load_seq
    join raw.own_media as o on o.media_name = t.media_name
    where t.canonical_url is not null
)
select
    t.load_seq,                                                             -- 版本次序
    t.sheet,                                                                -- 工作表
    t.row_number,                                                           -- 行号
    t.origin,  -- 来源类别：ledger 人工台账；vendor 厂商导出
    t.title,                                                                -- 标题
    t.title_is_derived,                                                     -- 标题是否取自正文
    plain_title(t.title) as title_key,                                      -- 用于比对的标题
    t.media_name,                                                           -- 媒体名称
    t.media_level,                                                          -- 媒体级别
    t.media_type,                                                           -- 媒体类型
    t.author,                                                               -- 作者
    t.published_on,                                                         -- 发表日期
    t.published_at,                                                         -- 发表时间（只有日期时为零点）
    t.has_clock,                                                            -- 发表时间是否精确到时分
    t.published_basis,                                                      -- 发表时间的依据
    t.url,                                                                  -- 链接
    t.canonical_url,                                                        -- 规范链接
    t.tone_raw,                                                             -- 倾向原文
    t.tone,                                                                 -- 倾向：正面、中性、负面；空为待确认
    case when t.tone is not null then case t.origin when 'ledger'
        then 'person' else 'vendor' end end as tone_source,  -- 倾向由谁认定：person 人工；vendor 厂商
    t.section_name,                                                         -- 版面栏目
    t.theme,                                                                -- 宣传主题
    coalesce(t.unit_text, v.unit) as unit_text,  -- 供稿单位原文
    t.reads,                                                                -- 阅读量
    t.reads_is_capped,                                                      -- 阅读量是否封顶
    t.is_reprint,                                                           -- 是否转载
    t.similar_count                                                               -- 相似文章数
from staging.report_typed as t
join staging.visible_file as v on v.load_seq = t.load_seq
cross join ops.context as c
left join raw.own_media as o on o.media_name = t.media_name
left join own_address as a on a.canonical_url = t.canonical_url
where t.published_on <= c.as_of and o.media_name is null and a.canonical_url is null
    and not exists (select 1 from staging.gone_row as g where g.is_withdrawn
        and g.load_seq = t.load_seq and g.sheet = coalesce(t.sheet, '') and g.row_number = t.row_number)
