-- 各账号的每件作品（文章与短视频）用来比较的一个数：公众号为阅读次数（没有次数的账号用人数），短视频平台为播放量，
-- 头条微头条为阅读量。封顶的是下限
-- grain: account_id, kind, post_id
-- incremental_by: account_id, published_on
with article as (
    select
        a.account_id, a.article_id, a.title, a.published_on, a.reads, a.readers, coalesce(a.reads_is_capped, false)
            as reads_is_capped,
        a.project_id, a.is_provisional, m.by_reads
    from mart.article as a
    join staging.account_metric as m on m.account_id = a.account_id
)
select
    account_id,                                                             -- 账号编号
    'article' as kind,  -- 类别：article 文章；video 短视频与其他平台作品
    article_id as post_id,                                                  -- 作品编号
    title,                                                                  -- 标题
    published_on,                                                           -- 发表日期 !not_null
    case when by_reads then 'reads' else 'readers' end
        as metric,  -- 比较用的指标：reads 阅读次数；readers 阅读人数；plays 播放量
    cast(case when by_reads then reads else readers end as double) as value,    -- 数值；未知为空
    reads_is_capped as is_lower_bound,                                      -- 是否封顶显示
    project_id,                                                             -- 所属宣传项目
    is_provisional                                                          -- 是否暂定：发表未满 7 天
from article
union all
select
    account_id, 'video', video_id, title, published_on, case when plays is not null or reads is null then 'plays'
        else 'reads' end,
    cast(coalesce(plays, reads) as double), false, null, is_provisional
from mart.video
