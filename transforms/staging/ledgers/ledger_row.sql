-- 台账的每一行：哪个文件、键、名称、日期。同一台账的新旧版按它比较（staging.edition）。导出（如视频号直播）不是台账，
-- 不在其中
-- grain: ledger, load_seq, sheet, row_number
-- incremental_by: load_seq
with written as (
    select 'ledger_activity' as ledger, load_seq, sheet, row_number, name as title,
        cast(started_on as timestamp) as held_at, null as held_text, null as default_year,
        name_key as plain, host as inner_key, cast(null as varchar) as own_key, cast(null as varchar) as outer_key
    from staging.activity_row
    union all
    select 'ledger_live', load_seq, sheet, row_number, to_text(title), null, started_at, default_year,
        null, concat_ws('|', to_text(platform), to_text(account_name)), null, null
    from raw.ledger_live
    union all
    select 'ledger_product', load_seq, sheet, row_number, name, published_on, null, null, name_key, account_name,
        canonical_url, null
    from staging.product_row
    union all
    select 'ledger_training', load_seq, sheet, row_number, name, started_on, null, null, name_key, null, null, null
    from staging.training_row
    union all
    select 'ledger_interview', load_seq, sheet, row_number, topic, held_on, null, null, topic_key, portal, null, null
    from staging.interview_row
    union all
    select 'ledger_report', load_seq, sheet, row_number, masked(to_text(title)), null, published_on, default_year,
        plain_title(masked(title)), null, canonical_url(url), concat_ws('|', to_text(media_name), to_text(section_name))
    from raw.ledger_report
    union all
    select 'ledger_incident', load_seq, sheet, row_number, title, found_moment, null, null, title_key, null, own_no,
        null
    from staging.incident_row
    union all
    select 'ledger_portal_month', load_seq, sheet, row_number, concat_ws(' ', portal, unit_name), month, null, null,
        null, concat_ws('|', portal, unit_name), null, null
    from staging.portal_month_row
    union all
    select 'ledger_portal_item', load_seq, sheet, row_number, title, submitted_on, null, null,
        title_key, concat_ws('|', portal, unit_text), null, null
    from staging.portal_item_row
    union all
    select 'ledger_satisfaction', load_seq, sheet, row_number,
        concat_ws(' ', to_text(period), to_text(subject), to_text(indicator)), null, null, null,
        null, concat_ws('|', to_text(period), to_text(survey_name), to_text(subject), to_text(indicator)), null, null
    from raw.ledger_satisfaction
    union all
    select 'ledger_site', load_seq, sheet, row_number, to_text(name), null, used_on, default_year,
        plain_title(name), to_text(unit_name), null, null
    from raw.ledger_site
    union all
    select 'ledger_submission', load_seq, sheet, row_number, title, submitted_on, null, null, title_key, unit_text,
        null, null
    from staging.submission_row
    union all
    select 'ledger_project_figure', load_seq, sheet, row_number, concat_ws(' ', project_text, figure),
        counted_on, null, null, null, concat_ws('|', project_text, figure), null, null
    from staging.project_figure_row
), read as (
    select *, coalesce(held_at, to_moment(held_text, default_year)) as moment from written
), typed as (
    -- only a live session is told from another by its clock
    select *, case when held_text is null or ledger = 'ledger_live' then moment else date_trunc('day', moment) end
        as held
    from read
), keyed as (
    select
        ledger, load_seq, sheet, row_number, title, cast(held as date) as held_on,
        concat_ws('|', outer_key, coalesce(own_key, concat_ws('|', replace(cast(held as varchar), ' 00:00:00', ''),
            plain, inner_key))) as row_key
    from typed
)
select
    k.ledger,                                           -- 台账版式
    k.load_seq,                                         -- 版本次序
    coalesce(k.sheet, '') as sheet,                     -- 工作表
    k.row_number,                                       -- 行号
    v.source,                                           -- 收件夹
    v.sha256,                                           -- 文件
    plain_file_name(v.original_name) as name_key,       -- 文件名，去掉后缀、副本标记和日期
    k.row_key,                                          -- 行的键 !not_null
    k.title,                                            -- 名称
    k.held_on                                           -- 日期
from keyed as k
join staging.visible_file as v on v.load_seq = k.load_seq
    and concat(',', v.layout, ',') like concat('%,', k.ledger, ',%')
