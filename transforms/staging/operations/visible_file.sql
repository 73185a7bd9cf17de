-- 本次口径下可见的入库文件：入库那晚的截至日不晚于本次截至日，且没有被撤下。若当时一个文件都没有（历史数据后补），
-- 则全部可见。
-- 待核（held）的文件没有入库，撤下（withdrawn）的文件入了库但不可见：文件是否计入，只在这里判定
-- grain: load_seq
select
    f.load_seq,                             -- 版本次序
    f.sha256,                               -- 文件 !not_null
    f.source,                               -- 收件夹
    a.account_id,                           -- 账号；不是账号收件夹的为空
    coalesce(a.unit, u.unit) as unit,       -- 收件夹所属单位：账号的单位，或以单位命名的收件夹；news、ledger 为空
    f.layout,                               -- 版式
    f.original_name,                        -- 文件名
    f.known_on,                             -- 入库那晚的截至日
    f.ingested_at,                          -- 入库时间
    f.modified_at,                          -- 文件修改时间
    f.run_id                                -- 入库的运行
from ops.file as f
cross join ops.context as c
left join raw.account as a on a.account_id = f.source
left join raw.unit as u on u.unit = f.source
left join staging.file_decision as w on w.sha256 = f.sha256 and w.source = f.source
where f.load_seq is not null
    and coalesce(w.kind, '') <> 'withdraw'
    and (f.known_on <= c.as_of
        or f.known_on >= current_date  -- 尚未过完的一天：当时或此刻的系统时钟不准
        or not exists (select 1 from ops.file as earlier cross join ops.context as d
            where earlier.load_seq is not null and earlier.known_on <= d.as_of))
