-- 新媒体产品现值：同一规范链接为一件；无链接时按发布日期、名称、首发账号
-- grain: product_id
with newest as (
    select r.*
    from staging.product_row as r
    where not exists (select 1 from staging.gone_row as g where g.is_withdrawn
        and g.load_seq = r.load_seq and g.sheet = coalesce(r.sheet, '') and g.row_number = r.row_number)
    qualify is_latest(r.product_id, r.load_seq, r.sheet, r.row_number)
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
