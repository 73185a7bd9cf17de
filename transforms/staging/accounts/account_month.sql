-- 其他账号月度台账：每个文件每行一个，账号按所在收件夹，否则按平台和账号名称认
-- grain: load_seq, sheet, row_number
-- warn: 月度台账中的账号没有登记（平台或名称与 pipeline.toml 不符），其粉丝数和发布情况未计入；请登记账号或改正名称
--     | account_id is not null
with typed as (
    select
        to_month(r.month, r.default_year) as month_start, to_text(r.platform) as platform_text, to_text(r.account_name)
            as account_name,
        to_count(r.followers) as followers, to_count(r.posts) as posts, to_day(r.last_post_on, r.default_year)
            as last_post_on,
        r.source, r.load_seq, r.sheet, r.row_number, v.known_on
    from raw.ledger_account_month as r
    join staging.visible_file as v on v.load_seq = r.load_seq
    where not exists (select 1 from staging.gone_row as g where g.is_withdrawn
        and g.load_seq = r.load_seq and g.sheet = coalesce(r.sheet, '') and g.row_number = r.row_number)
), named as (
    select a.account_id, replace(p.name_zh, '今日', '') as platform_name, a.name
    from raw.account as a
    join raw.platform as p on p.platform = a.platform
)
select
    coalesce(a.account_id, n.account_id) as account_id,         -- 账号编号；没有登记为空
    t.month_start,                                              -- 月份首日
    least(last_day(t.month_start), t.known_on) as known_until,  -- 数据到哪一天：月末，月中交来的为入库那晚的截至日
    t.platform_text,                                            -- 平台原文
    t.account_name,                                             -- 账号名称原文
    t.followers,                                                -- 期末粉丝数
    t.posts,                                                    -- 发布数
    t.last_post_on,                                             -- 最后发布日期
    t.load_seq,                                                 -- 版本次序
    t.sheet,                                                    -- 工作表
    t.row_number                                                -- 行号
from typed as t
left join raw.account as a on a.account_id = t.source
left join named as n on n.platform_name = replace(t.platform_text, '今日', '') and n.name = t.account_name
where t.month_start is not null
