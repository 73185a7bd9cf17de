-- 本次口径下有效的人工决定：每条一行，按先后次序
-- grain: position
select
    d.position,                     -- 第几条（先后次序）
    d.kind,                         -- 类别
    case when d.kind in ('release', 'withdraw', 'restore', 'reassign') then 'file'
        when d.kind in ('edition',
            'pieces') then 'edition'
                else d.kind end as topic,  -- 同一问题的各种答复归为一类：file 文件去留；edition 台账新旧版；其余同类别
    d.subject,                      -- 对象
    d.value,                        -- 内容；空为收回
    d.note,                         -- 说明
    d."by" as decided_by,           -- 谁决定
    d."at" as decided_at,           -- 何时决定
    d.known_on,                     -- 首次采用它的那晚的截至日
    row_number() over (partition by case when d.kind in ('release', 'withdraw', 'restore', 'reassign') then 'file'
        when d.kind in ('edition', 'pieces') then 'edition' else d.kind end, d.subject order by d.position desc) = 1
            as is_current  -- 是否该对象最近一次答复
from raw.decision as d
cross join ops.context as c
where d.known_on <= c.as_of
    or d.known_on >= current_date  -- 尚未过完的一天：当时或此刻的系统时钟不准
    or not exists (select 1 from ops.file as f cross join ops.context as k
        where f.load_seq is not null and f.known_on <= k.as_of)  -- 历史数据后补：与文件一样全部可见
