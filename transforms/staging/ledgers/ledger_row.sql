-- 台账的每一行：哪个文件、键、名称、日期。同一台账的新旧版按它比较（staging.edition）。导出（如视频号直播）不是台账，不在其中
-- grain: ledger, load_seq, sheet, row_number
-- incremental_by: load_seq
with keyed as (
    select
        'ledger_activity' as ledger, load_seq, sheet, row_number, to_text(name) as title, to_range_start(started_on, default_year) as held_on,
        concat_ws('|', cast(to_range_start(started_on, default_year) as varchar), plain_title(name), to_text(host)) as row_key
    from raw.ledger_activity
    union all
    select
        'ledger_live', load_seq, sheet, row_number, to_text(title), to_day(started_at, default_year),
        concat_ws('|', cast(to_moment(started_at, default_year) as varchar), to_text(platform), to_text(account_name))
    from raw.ledger_live
    union all
    select
        'ledger_product', load_seq, sheet, row_number, to_text(name), to_day(published_at, default_year),
        coalesce(canonical_url(url), concat_ws('|', cast(to_day(published_at, default_year) as varchar), plain_title(name), to_text(account_name)))
    from raw.ledger_product
    union all
    select
        'ledger_training', load_seq, sheet, row_number, to_text(name), to_range_start(started_on, default_year),
        concat_ws('|', cast(to_range_start(started_on, default_year) as varchar), plain_title(name))
    from raw.ledger_training
    union all
    select
        'ledger_interview', load_seq, sheet, row_number, to_text(topic), to_day(held_at, default_year),
        concat_ws('|', cast(to_day(held_at, default_year) as varchar), to_text(portal), plain_title(topic))
    from raw.ledger_interview
    union all
    select
        'ledger_report', load_seq, sheet, row_number, masked(to_text(title)), to_day(published_on, default_year),
        concat_ws('|', to_text(media_name), coalesce(canonical_url(url), concat_ws('|', cast(to_day(published_on, default_year) as varchar), plain_title(masked(title)))),
            to_text(section_name))
    from raw.ledger_report
    union all
    select
        'ledger_incident', load_seq, sheet, row_number, masked(to_text(title)), to_day(found_at, default_year),
        coalesce(to_text(incident_no), concat_ws('|', cast(to_moment(found_at, default_year) as varchar), plain_title(masked(title))))
    from raw.ledger_incident
    union all
    select
        'ledger_portal_month', load_seq, sheet, row_number, concat_ws(' ', to_text(portal), to_text(unit_name)), to_month(month, default_year),
        concat_ws('|', cast(to_month(month, default_year) as varchar), to_text(portal), to_text(unit_name))
    from raw.ledger_portal_month
    union all
    select
        'ledger_satisfaction', load_seq, sheet, row_number, concat_ws(' ', to_text(period), to_text(subject), to_text(indicator)), null,
        concat_ws('|', to_text(period), to_text(survey_name), to_text(subject), to_text(indicator))
    from raw.ledger_satisfaction
    union all
    select
        'ledger_site', load_seq, sheet, row_number, to_text(name), to_day(used_on, default_year),
        concat_ws('|', to_text(unit_name), plain_title(name), cast(to_day(used_on, default_year) as varchar))
    from raw.ledger_site
    union all
    select
        'ledger_submission', load_seq, sheet, row_number, to_text(title), to_day(submitted_on, default_year),
        concat_ws('|', to_text(unit_name), cast(to_day(submitted_on, default_year) as varchar), plain_title(title))
    from raw.ledger_submission
    union all
    select
        'ledger_project_figure', load_seq, sheet, row_number, concat_ws(' ', to_text(project), to_text(figure)), to_day(counted_on, default_year),
        concat_ws('|', to_text(project), to_text(figure), cast(to_day(counted_on, default_year) as varchar))
    from raw.ledger_project_figure
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
join staging.visible_file as v on v.load_seq = k.load_seq and concat(',', v.layout, ',') like concat('%,', k.ledger, ',%')
