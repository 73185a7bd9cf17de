-- 年度目标的评语：一句话，不含指标名称。每个指标一行
-- grain: target_id
with fact as (
    select
        f.target_id, f.kind, f.unit, f.actual, f.target, f.growth_pct, f.plan_as_of, f.days_left, f.days_covered,
            f.days_expected, f.base_days,
        f.actual_on, f.is_unplanned, p.status, p.chance, p.required_growth_pct, g.gap, g.daily_need, g.recent_daily,
            g.told_by, g.rate_by, g.pieces_over, g.missed_zh,
        g.next_zh, g.next_due_on, g.next_missing, g.last_zh, c.as_of < make_date(c.plan_year, 3, 15) as is_early,
        grouped(f.actual) || f.unit as actual_zh, grouped(g.gap) || f.unit as gap_zh,
        '后' || cast(f.days_left as varchar) || '天' as left_zh
    from staging.target_figure as f
    join staging.target_pace as p on p.target_id = f.target_id
    join staging.target_gap as g on g.target_id = f.target_id
    cross join ops.context as c
), phrase as (
    select
        *,
        case when kind = 'count' then case when days_left > 0 then '已' else '全年' end || '完成' || actual_zh
            when growth_pct is null then case kind when 'stock_growth' then '目前' else '今年累计' end || actual_zh
            else case kind when 'stock_growth' then '较上年末' else '同比' end || case when growth_pct < 0 then '下降'
                else '增长' end
                || one_decimal(abs(growth_pct)) || '%' end as done_zh,
        case rate_by
            when 'day' then left_zh || '日均需' || case kind when 'stock_growth' then '净增' else '' end
                || grouped(ceil(round(daily_need, 6))) || unit
                || coalesce('（近28天日均' || grouped(recent_daily) || unit || '）', '')
            when 'week' then left_zh || '周均需' || one_decimal(ceil(round(daily_need * 70, 6)) / 10) || unit
                || coalesce('（近28天周均' || one_decimal(recent_daily * 7) || unit || '）', '')
            else left_zh || '须再完成' || gap_zh
                || case when actual > 0 then '（今年平均每' || grouped(days_expected / actual) || '天1' || unit || '）'
                    else '' end
            end as need_zh,
        case when kind = 'flow_growth' and required_growth_pct is not null then '；' || rest_of_year(plan_as_of) || case
            when round(required_growth_pct * 10) > 0 then '须同比增长' || one_decimal(required_growth_pct)
                || '%方可达标'
            when round(required_growth_pct * 10) = 0 then '与上年同期持平即可达标'
            else '同比降幅不超过' || one_decimal(abs(required_growth_pct)) || '%即可达标' end else '' end
                as required_zh,
        case when is_early and chance is not null then '；年初样本不足，展望仅供参考' when chance >= 0.7
            then '，预计可以完成'
            when chance >= 0.3 then '，尚需努力' when chance is not null then '，按目前进度预计难以完成'
            when recent_daily >= daily_need then '，保持目前力度即可达标' else '，须加快进度' end as outlook_zh,
        case when pieces_over = 0 then '' when missed_zh is not null then missed_zh || '未按要求完成，'
            else case pieces_over when 1 then '一季度已' when 2 then '上半年两个季度均已' when 3 then '前三季度均已'
                else '四个季度均已' end
                || '按要求完成，' end as quarters_zh
    from fact
), told as (
    select
        *,
        case told_by
            when 'quarters' then quarters_zh || '共' || actual_zh || '，' || status_words(status)
                || coalesce('；' || next_zh || '须在' || month_day(next_due_on) || '前再完成' || grouped(next_missing)
                    || unit, '')
            when 'events' then done_zh || '，' || status_words(status) || case
                when next_zh is null then '；原计划' || last_zh || '完成，还差' || gap_zh || '，请尽快补办'
                when next_missing = 1 then '；第' || grouped(actual + 1) || unit || '计划' || next_zh
                    || '举办，请按期落实'
                else '；其余' || grouped(next_missing) || unit || '计划' || next_zh || '举办，请按期落实' end
            else done_zh || '，' || status_words(status) || '；距目标还差' || gap_zh || '，' || need_zh || required_zh
                || outlook_zh end as pending_zh,
        case when days_left > 0 then '' when kind = 'stock_growth' then '年末' || actual_zh || '，'
            when kind = 'flow_growth' then '全年累计' || actual_zh || '，'
            else '' end as close_zh
    from phrase
)
select
    target_id,      -- 指标编号
    case status
        when 'no_data' then case when kind = 'count' then '本年度尚未收到相关台账或数据，暂不评判'
            else '本年度尚无数据，暂不评判' end
        when 'no_baseline' then case kind when 'stock_growth' then '目前' else '今年累计' end || actual_zh || case
            when is_unplanned then '；本年度尚无计划，没有目标可评判' else '；上年' || case when base_days > 0
                and kind = 'flow_growth' then '仅' || cast(base_days as varchar) || '天有数据' else '没有数据' end
                    || '，无可比基数，暂不评判' end
        when 'incomplete' then case when kind = 'stock_growth' then '最近一次数据为' || month_day(actual_on) || '（'
            || actual_zh || '）'
            else cast(days_expected as varchar) || '天中' || cast(days_covered as varchar) || '天有数据，已知累计'
                || actual_zh end || '；数据不全，暂不评判'
        when 'met' then close_zh || done_zh || '，已达成目标' || case when actual > ceil(round(target, 6))
            then '，超出' || grouped(actual - ceil(round(target, 6))) || unit else '' end
        else case when days_left > 0 then pending_zh else close_zh || done_zh || case when gap > 0 then '，距目标还差'
            || gap_zh
            else coalesce('，' || missed_zh || '未按要求完成', '') end || '，全年目标未达成' end
        end || '。' as verdict_zh  -- 评语
from told
