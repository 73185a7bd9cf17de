-- 文章每日：公众号 API 给出的当日阅读人数、分享人数（发表很久的文章也在内）。每日人数相加不等于读者人数；没有答复的日子没有行
-- grain: account_id, article_id, date
with figure as (
    select source as account_id, msgid, date, default_year, readers, null as sharers, load_seq, row_number from raw.wechat_api_article_read
    union all
    select source, msgid, date, default_year, null, sharers, load_seq, row_number from raw.wechat_api_article_share
), typed as (
    select
        f.account_id, to_text(f.msgid) as article_id, to_day(f.date, f.default_year) as date, to_count(f.readers) as readers,
        to_count(f.sharers) as sharers, row_number() over (order by f.load_seq, f.row_number) as version
    from figure as f
    join staging.visible_file as v on v.load_seq = f.load_seq
)
select
    t.account_id,                                                       -- 账号编号
    t.article_id,                                                       -- 文章编号：接口的 msgid，与链接中的 mid_idx 相同
    t.date,                                                             -- 数据日期（北京时间）
    max_by(t.readers, t.version) filter (where t.readers is not null) as readers,   -- 当日阅读人数（新版本为准） !min(0)
    max_by(t.sharers, t.version) filter (where t.sharers is not null) as sharers,   -- 当日分享人数（新版本为准） !min(0)
    min(a.title) as title                                               -- 标题；文章不在 mart.article 中时为空
from typed as t
cross join ops.context as c
left join mart.article as a on a.account_id = t.account_id and a.article_id = t.article_id
where t.date <= c.as_of
group by t.account_id, t.article_id, t.date
