-- 媒体报道的来源记录：人工台账和舆情厂商导出，类型化，尚未归并
-- grain: load_seq, sheet, row_number
-- incremental_by: load_seq
with ledger as (
    select
        load_seq, sheet, row_number, 'ledger' as origin, to_text(title) as title, false as title_is_derived,
        to_text(media_name) as media_name, to_text(media_level) as media_level, to_text(media_type) as media_type,
            to_text(author) as author,
        published_on as published, default_year, cast(null as timestamp) as relative_at, '台账' as published_basis,
        url, tone, section_name, theme, coalesce(to_text(supplied_by), to_text(unit)) as unit_text, reads,
        coalesce(to_bool(is_10w), false) as is_10w, to_text(original_or_reprint) = '转载' as is_reprint,
        null as similar_count
    from raw.ledger_report
), saved as (
    -- 网页上的相对时间（2小时前、昨天 09:30）从网页保存时算起：采集时间，没有时为文件保存时间
    select n.*, relative_moment(n.published, coalesce(to_moment(n.fetched_at, null), cast(f.modified_at as timestamp)))
        as relative_at
    from raw.news_item as n
    left join ops.file as f on f.load_seq = n.load_seq
), vendor as (
    select
        load_seq, sheet, row_number, 'vendor' as origin,
        coalesce(to_text(title), left(to_text(body), 40)) as title, to_text(title) is null as title_is_derived,
        coalesce(to_text(media_name), url_host(unwrapped_url(url)), to_text(author)) as media_name,
        to_text(media_level) as media_level, coalesce(to_text(media_type), case when sheet in
            ('新闻', '网站', '客户端', '微信', '微博', '论坛', '视频', '电子报', '数字报', '报纸', '问答')
                then sheet end) as media_type,
        nullif(trim(translate(to_text(author), '''"', '')), '') as author,
        published, default_year, relative_at,
        case when relative_at is not null then '相对时间' else coalesce(to_text(published_basis), '导出') end,
        url, tone, section_name, topic, null, reads, false,
        case when to_text(original_medium) is not null or to_text(original_or_reprint) in ('转发', '转载') then true
            when to_text(original_or_reprint) in ('原创', '原发', '首发') then false end,
        similar_count
    from saved
    where coalesce(to_text(tag), '') <> '无关'
), united as (
    select * from ledger
    union all
    select * from vendor
), dated as (
    select *, coalesce(relative_at, to_moment(published, default_year)) as moment from united
)
select
    u.load_seq,                                     -- 版本次序
    u.sheet,                                        -- 工作表
    u.row_number,                                   -- 行号
    u.origin,                                       -- 来源类别：ledger 人工台账；vendor 厂商导出
    masked(u.title) as title,                       -- 标题（手机号、身份证号已遮盖）
    u.title_is_derived,                             -- 标题是否取自正文前 40 字（微博等没有标题）
    u.media_name,                                   -- 媒体名称；没有时为域名或作者
    u.media_level,                                  -- 媒体级别
    u.media_type,                                   -- 媒体类型
    u.author,                                       -- 作者
    cast(u.moment as date) as published_on,         -- 发表日期（北京时间）
    cast(u.moment as timestamptz) as published_at,  -- 发表时间
    case when u.relative_at is null then has_clock(u.published) else relative_has_clock(u.published) end
        as has_clock,  -- 发表时间是否精确到时分
    u.published_basis,                              -- 发表时间的依据
    unwrapped_url(u.url) as url,                    -- 链接（已解开搜索引擎跳转）
    canonical_url(u.url) as canonical_url,          -- 规范链接
    to_text(u.tone) as tone_raw,                    -- 倾向原文
    to_tone(to_text(u.tone)) as tone,  -- 倾向：正面、中性、负面；敏感、非敏感、非负面都为空（待确认）
    to_text(u.section_name) as section_name,        -- 版面栏目
    to_text(u.theme) as theme,                      -- 宣传主题
    u.unit_text,                                    -- 供稿单位原文
    to_count(u.reads) as reads,                     -- 阅读量
    is_capped(u.reads) or u.is_10w as reads_is_capped, -- 阅读量是否封顶
    u.is_reprint,                                   -- 是否转载；没有写明为空
    to_count(u.similar_count) as similar_count      -- 相似文章数（厂商给出，不在文件中的转载，从不相加）
from dated as u
where u.moment is not null
