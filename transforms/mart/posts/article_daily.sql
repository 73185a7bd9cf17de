-- 文章每日：公众号 API 给出的当日阅读人数、分享人数（发表很久的文章也在内）。每日人数相加不等于读者人数；
-- 没有答复的日子没有行
-- grain: account_id, article_id, date
-- incremental_by: account_id, article_id, date
-- lookback: date, 0
select
    t.account_id,                              -- 账号编号
    t.article_id,                              -- 文章编号：接口的 msgid，与链接中的 mid_idx 相同
    t.date,                                    -- 数据日期（北京时间）
    latest(t.readers, t.load_seq) as readers,  -- 当日阅读人数（新版本为准） !min(0)
    latest(t.sharers, t.load_seq) as sharers,  -- 当日分享人数（新版本为准） !min(0)
    min(a.title) as title                      -- 标题；文章不在 mart.article 中时为空
from staging.article_daily_version as t
cross join ops.context as c
left join mart.article as a on a.account_id = t.account_id and a.article_id = t.article_id
where t.date <= c.as_of
group by t.account_id, t.article_id, t.date
