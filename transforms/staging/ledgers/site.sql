-- 公益阵地台账的每一行：一处阵地，或阵地的一次使用；同一管理单位、名称、使用日期取最新版本
-- grain: site_id, use_key
with typed as (
    select
        md5(concat_ws('|', coalesce(u.unit, to_text(r.unit_name)), plain_title(r.name))) as site_id,
        to_day(r.used_on, r.default_year) as used_on, to_text(r.name) as name, to_text(r.level) as level,
            to_text(r.site_type) as site_type,
        to_text(r.address) as address, coalesce(u.unit, to_text(r.unit_name)) as manager, u.unit,
            to_day(r.opened_on, r.default_year) as opened_on,
        to_text(r.used_by) as used_by, to_text(r.used_for) as used_for, to_bool(r.is_shared) as is_shared, r.source,
            r.load_seq, r.sheet, r.row_number
    from raw.ledger_site as r
    join staging.visible_file as v on v.load_seq = r.load_seq
    left join staging.unit_name as u on u.name = to_text(r.unit_name)
    where not exists (select 1 from staging.gone_row as g where g.is_withdrawn
        and g.load_seq = r.load_seq and g.sheet = coalesce(r.sheet, '') and g.row_number = r.row_number)
), newest as (
    select *, coalesce(cast(used_on as varchar), '') as use_key from typed
    qualify is_latest((site_id, used_on), load_seq, sheet, row_number)
)
select
    site_id,        -- 阵地编号
    use_key,        -- 使用日期；只登记阵地的为空文本
    name,           -- 阵地名称 !not_null
    level,          -- 级别：市、区、街镇
    site_type,      -- 阵地类型
    address,        -- 地址
    manager,        -- 管理单位
    unit,           -- 单位（计划中的名称）；不认识的为空
    opened_on,      -- 启用日期
    used_on,        -- 使用日期；只登记阵地的为空
    used_by,        -- 使用单位
    used_for,       -- 使用内容
    is_shared,      -- 可共享
    source,         -- 收件夹
    load_seq,       -- 版本次序
    sheet,          -- 工作表
    row_number      -- 行号
from newest
