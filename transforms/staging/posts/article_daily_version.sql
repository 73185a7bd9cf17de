-- 文章每日数据的各个版本：公众号 API 给出的当日阅读人数、分享人数
-- grain: account_id, article_id, date, load_seq
-- incremental_by: load_seq
with figure as (
    select source as account_id, msgid, date, default_year, readers, null as sharers, load_seq
        from raw.wechat_api_article_read
    union all
    select source, msgid, date, default_year, null, sharers, load_seq from raw.wechat_api_article_share
), dated as (
    select *, to_day(date, default_year) as day from figure
)
select
    f.account_id,                                   -- 账号编号
    to_text(f.msgid) as article_id,                 -- 文章编号：接口的 msgid，与链接中的 mid_idx 相同
    f.day as date,                                  -- 数据日期（北京时间）
    f.load_seq,                                     -- 版本次序
    max(to_count(f.readers)) as readers,            -- 当日阅读人数
    max(to_count(f.sharers)) as sharers             -- 当日分享人数
from dated as f
join staging.visible_file as v on v.load_seq = f.load_seq
where f.day is not null
group by f.account_id, to_text(f.msgid), f.day, f.load_seq
