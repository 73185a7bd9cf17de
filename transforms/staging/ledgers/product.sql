-- 新媒体产品现值：同一规范链接为一件；无链接时按发布日期、名称、首发账号
-- grain: product_id
with typed as (
    select
        md5(coalesce(canonical_url(r.url), concat_ws('|', cast(to_day(r.published_at, r.default_year) as varchar),
            plain_title(r.name), to_text(r.account_name)))) as product_id,
        to_text(r.name) as name, to_text(r.product_type) as product_type,
        to_instant(r.published_at, r.default_year) as published_at, to_day(r.published_at, r.default_year)
            as published_on,
        to_text(r.platform) as platform, to_text(r.account_name) as account_name, to_url(r.url) as url,
        to_text(r.producer) as producer, to_count(r.reads_or_plays) as reads_or_plays, is_capped(r.reads_or_plays)
            as reads_is_capped,
        to_count(r.likes) as likes, to_count(r.comments) as comments, to_count(r.shares) as shares,
            to_count(r.favorites) as favorites,
        coalesce(to_bool(r.is_10w), to_count(r.reads_or_plays) > 100000) as is_10w,
        coalesce(to_text(r.unit), v.unit) as unit_text, to_text(r.project) as project_text, v.known_on,
        r.source, r.load_seq, r.sheet, r.row_number
    from raw.ledger_product as r
    join staging.visible_file as v on v.load_seq = r.load_seq
    where not exists (select 1 from staging.gone_row as g where g.is_withdrawn
        and g.load_seq = r.load_seq and g.sheet = coalesce(r.sheet, '') and g.row_number = r.row_number)
), newest as (
    select * from typed qualify is_latest(product_id, load_seq, sheet, row_number)
)
select
    n.product_id,           -- 产品编号
    n.name,                 -- 产品名称 !not_null
    n.product_type,         -- 产品类型
    n.published_at,         -- 发布时间
    n.published_on,         -- 发布日期 !not_null
    n.platform,             -- 首发平台
    n.account_name,         -- 首发账号
    n.url,                  -- 链接
    n.producer,             -- 制作单位
    n.reads_or_plays,       -- 阅读播放量（台账不区分阅读与播放）
    n.reads_is_capped,      -- 是否封顶显示
    n.likes,                -- 点赞
    n.comments,             -- 评论
    n.shares,               -- 转发
    n.favorites,            -- 收藏
    n.is_10w,               -- 是否 10万+：台账填写，未填时由阅读播放量得出
    n.unit_text,            -- 单位原文
    n.project_text,         -- 宣传项目原文
    n.known_on,             -- 入库那晚的截至日
    n.source,               -- 收件夹
    n.load_seq,             -- 版本次序
    n.sheet,                -- 工作表
    n.row_number            -- 行号
from newest as n
cross join ops.context as c
where n.published_on <= c.as_of
