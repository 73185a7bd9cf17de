-- 台账中不再出现的行：同名文件后来又交了一次，新文件的日期范围包含它，却没有它。仍计入，只作标记；请确认是改了名称、日期，还是作废
-- grain: kind, row_id
with current_row as (
    select '宣传活动' as kind, activity_id as row_id, name as title, started_on as held_on, load_seq from staging.activity
    union all
    select '新媒体产品', product_id, name, published_on, load_seq from staging.product
    union all
    select '专题培训', training_id, name, started_on, load_seq from staging.training
    union all
    select '门户访谈', interview_id, topic, held_on, load_seq from staging.interview
    union all
    select '直播', live_id, title, started_on, load_seq from staging.live
    union all
    select '媒体报道', mention_id, title, published_on, load_seq from mart.mention where origin = 'ledger'
), filed as (
    select r.*, f.source, f.original_name, f.known_on
    from current_row as r
    join staging.visible_file as f on f.load_seq = r.load_seq
), reach as (
    select kind, source, original_name, load_seq, min(held_on) as first_on, max(held_on) as last_on
    from filed
    group by kind, source, original_name, load_seq
), gone as (
    select r.kind, r.row_id, min(n.load_seq) as gone_in
    from filed as r
    join reach as n
        on n.kind = r.kind and n.source = r.source and n.original_name = r.original_name and n.load_seq > r.load_seq
        and r.held_on between n.first_on and n.last_on
    group by r.kind, r.row_id
)
select
    r.kind,                         -- 台账：宣传活动、新媒体产品、专题培训、门户访谈、直播、媒体报道
    r.row_id,                       -- 编号（各台账的表）
    r.title,                        -- 名称
    r.held_on,                      -- 日期
    r.original_name,                -- 文件名
    r.known_on as last_seen_on,     -- 最后一次出现的那晚
    f.known_on as gone_on           -- 不再出现的那晚
from gone as g
join filed as r on r.kind = g.kind and r.row_id = g.row_id
join staging.visible_file as f on f.load_seq = g.gone_in
