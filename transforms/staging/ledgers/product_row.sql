-- 新媒体产品台账的每一行，类型化：每个文件每行一个；同一件的各行由 staging.product 取最新
-- grain: load_seq, sheet, row_number
-- incremental_by: load_seq
with read as (
    select
        r.*, v.unit as folder_unit, v.known_on, to_moment(r.published_at, r.default_year) as published,
        canonical_url(r.url) as address, to_count(r.reads_or_plays) as played
    from raw.ledger_product as r
    join staging.visible_file as v on v.load_seq = r.load_seq
)
select
    md5(coalesce(r.address, concat_ws('|', cast(cast(r.published as date) as varchar), plain_title(r.name),
        to_text(r.account_name)))) as product_id,                           -- 产品编号
    to_text(r.name) as name,                                                -- 产品名称
    plain_title(r.name) as name_key,                                        -- 用于比对的名称
    to_text(r.product_type) as product_type,                                -- 产品类型
    cast(r.published as timestamptz) as published_at,                       -- 发布时间
    cast(r.published as date) as published_on,                              -- 发布日期
    to_text(r.platform) as platform,                                        -- 首发平台
    to_text(r.account_name) as account_name,                                -- 首发账号
    to_url(r.url) as url,                                                   -- 链接
    r.address as canonical_url,                                             -- 规范链接
    to_text(r.producer) as producer,                                        -- 制作单位
    r.played as reads_or_plays,                                             -- 阅读播放量（台账不区分阅读与播放）
    is_capped(r.reads_or_plays) as reads_is_capped,                         -- 是否封顶显示
    to_count(r.likes) as likes,                                             -- 点赞
    to_count(r.comments) as comments,                                       -- 评论
    to_count(r.shares) as shares,                                           -- 转发
    to_count(r.favorites) as favorites,                                     -- 收藏
    coalesce(to_bool(r.is_10w), r.played > 100000) as is_10w,  -- 是否 10万+：台账填写，未填时由阅读播放量得出
    coalesce(to_text(r.unit), r.folder_unit) as unit_text,                  -- 单位原文
    to_text(r.project) as project_text,                                     -- 宣传项目原文
    r.known_on,                                                             -- 入库那晚的截至日
    r.source,                                                               -- 收件夹
    r.load_seq,                                                             -- 版本次序
    r.sheet,                                                                -- 工作表
    r.row_number                                                            -- 行号
from read as r
