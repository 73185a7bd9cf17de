-- 台账中不再出现的行：同一台账后来的新版里没有它。撤下的不再计入；另一段时间的行仍计入，
-- 待人工答复（files edition 或 files pieces）
-- grain: ledger, source, key
with newest as (
    select g.* from staging.gone_row as g
    qualify is_latest((g.ledger, g.source, g.row_key), g.load_seq, g.sheet, g.row_number)
), still_there as (
    select r.ledger, r.source, r.row_key, max(r.load_seq) as load_seq
    from staging.ledger_row as r
    left join staging.gone_row as g
        on g.ledger = r.ledger and g.load_seq = r.load_seq and g.sheet = r.sheet and g.row_number = r.row_number
    where g.load_seq is null
    group by r.ledger, r.source, r.row_key
)
select
    case n.ledger when 'ledger_activity' then '宣传活动' when 'ledger_live' then '直播' when 'ledger_product'
        then '新媒体产品'
        when 'ledger_training' then '专题培训' when 'ledger_interview' then '门户访谈' when 'ledger_report'
            then '媒体报道'
        when 'ledger_incident' then '舆情处置' when 'ledger_portal_month' then '门户录用'
        when 'ledger_portal_item' then '门户录用（逐条）' when 'ledger_satisfaction'
            then '满意度测评'
        when 'ledger_site' then '公益阵地' when 'ledger_submission' then '投稿报送' when 'ledger_project_figure'
            then '项目数据'
        else n.ledger end as ledger,                            -- 台账
    n.title,                                                    -- 名称
    n.row_key as key,                                           -- 行的键
    n.held_on,                                                  -- 日期
    f.original_name as file,                                    -- 有它的文件
    n.sheet,                                                    -- 工作表
    n.row_number,                                               -- 行号
    f.source,                                                   -- 收件夹
    l.original_name as later_file,                              -- 没有它的新版
    l.known_on as since,                                        -- 从哪一晚起
    f.known_on as last_seen_on,                                 -- 最后一次出现的那晚
    n.is_withdrawn,                                             -- 是否撤下（不再计入）
    case when n.is_withdrawn then '已撤下' else '仍计入' end as state_zh    -- 状态
from newest as n
join staging.visible_file as f on f.load_seq = n.load_seq
join staging.visible_file as l on l.load_seq = n.gone_in
left join still_there as s on s.ledger = n.ledger and s.source = n.source and s.row_key = n.row_key
    and s.load_seq > n.load_seq
where s.load_seq is null
