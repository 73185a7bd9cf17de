-- 宣传活动台账的每一行，类型化：每个文件每行一个；同一场的各行由 staging.activity 取最新
-- grain: load_seq, sheet, row_number
-- incremental_by: load_seq
with read as (
    select r.*, v.unit as folder_unit, to_range_start(r.started_on, r.default_year) as first_day
    from raw.ledger_activity as r
    join staging.visible_file as v on v.load_seq = r.load_seq
)
select
    md5(concat_ws('|', cast(r.first_day as varchar), plain_title(r.name), to_text(r.host))) as activity_id, -- 活动编号
    to_text(r.name) as name,                                                                -- 活动名称
    plain_title(r.name) as name_key,                                                        -- 用于比对的名称
    to_text(r.activity_type) as activity_type,                                              -- 活动类型
    r.first_day as started_on,                                                              -- 开始日期
    coalesce(to_day(r.ended_on, r.default_year), to_range_end(r.started_on, r.default_year)) as ended_on, -- 结束日期
    to_text(r.place) as place,                                                              -- 地点
    to_text(r.host) as host,                                                                -- 主办单位
    to_text(r.co_host) as co_host,                                                          -- 承办单位
    to_text(r.theme) as theme,                                                              -- 宣传主题
    to_count(r.participants) as participants,                                               -- 参与人数
    to_count(r.leaflets) as leaflets,                                                       -- 发放资料数
    to_count(r.media_reports) as media_reports,                                             -- 媒体报道篇数
    to_url(r.url) as url,                                                                   -- 链接
    coalesce(to_text(r.unit), r.folder_unit, to_text(r.host)) as unit_text,                 -- 单位原文
    to_text(r.project) as project_text,                                                     -- 宣传项目原文
    r.source,                                                                               -- 收件夹
    r.load_seq,                                                                             -- 版本次序
    r.sheet,                                                                                -- 工作表
    r.row_number                                                                            -- 行号
from read as r
