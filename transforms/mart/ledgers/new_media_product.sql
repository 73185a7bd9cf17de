-- 新媒体产品：每件一行（人工台账）
-- grain: product_id
select
    p.product_id,           -- 产品编号
    p.name,                 -- 产品名称
    p.product_type,         -- 产品类型
    p.published_at,         -- 发布时间
    p.published_on,         -- 发布日期（北京时间）
    p.platform,             -- 首发平台
    p.account_name,         -- 首发账号
    p.url,                  -- 链接
    p.producer,             -- 制作单位
    p.reads_or_plays,       -- 阅读播放量（台账不区分阅读与播放）
    p.reads_is_capped,      -- 是否封顶显示
    p.likes,                -- 点赞
    p.comments,             -- 评论
    p.shares,               -- 转发
    p.favorites,            -- 收藏
    p.is_10w,               -- 是否 10万+
    u.unit,                 -- 单位
    j.project_id            -- 所属宣传项目（台账填写且与计划名称一致）
from staging.product as p
left join staging.unit_name as u on u.name = p.unit_text
left join staging.project_name as j on j.name_zh = p.project_text and j.month = date_part('month', p.published_on)
