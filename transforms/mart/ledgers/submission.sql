-- 投稿报送：每件一行（人工台账），采用的对上公众号文章：先按链接，再按标题和日期
-- grain: submission_id
with by_url as (
    select s.submission_id, min_by(concat(a.account_id, '/', a.article_id), a.published_on) as article
    from staging.submission as s
    join mart.article as a on wechat_article_id(a.url) = wechat_article_id(s.url)
        or canonical_url(a.url) = canonical_url(s.url)
    group by s.submission_id
), by_title as (
    select s.submission_id, min_by(concat(a.account_id, '/', a.article_id), a.published_on) as article
    from staging.submission as s
    join mart.article as a on plain_title(a.title) = plain_title(s.title) and a.published_on = s.adopted_on
    where s.is_adopted
    group by s.submission_id
)
select
    s.submission_id,                                            -- 投稿编号
    s.submitted_on,                                             -- 报送日期
    s.title,                                                    -- 标题
    s.sender,                                                   -- 报送单位
    s.unit,                                                     -- 单位（计划中的名称）
    s.section_name,                                             -- 栏目
    s.piece_type,                                               -- 稿件类型
    s.is_adopted or u.article is not null as is_adopted,        -- 是否采用
    s.adopted_on,                                               -- 采用日期
    s.adopted_by,                                               -- 采用平台
    s.url,                                                      -- 发布链接
    s.author,                                                   -- 作者
    coalesce(u.article, t.article) as article                   -- 采用后的文章：账号编号/文章编号；对不上为空
from staging.submission as s
left join by_url as u on u.submission_id = s.submission_id
left join by_title as t on t.submission_id = s.submission_id
