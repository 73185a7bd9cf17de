-- 离目标还差多少、余下须多快、近来多快；按计划完成的，缺在哪一段、下一段是什么。每个指标一行
-- grain: target_id
with piece as (
    select
        target_id, count(*) as pieces, count(*) filter (where is_over) as pieces_over,
        string_agg(piece_zh, '、' order by due_on) filter (where is_over and done < wanted) as missed_zh,
        min(due_on) filter (where not is_over and done < wanted) as next_due_on,
        min_by(piece_zh, due_on) filter (where not is_over and done < wanted) as next_zh,
        min_by(wanted - done, due_on) filter (where not is_over and done < wanted) as next_missing,
        max_by(piece_zh, due_on) as last_zh
    from mart.target_piece
    where wanted > 0
    group by target_id
), measured as (
    select
        f.*, r.recent_daily, case when f.actual >= f.target then 0.0 else ceil(round(f.target, 6)) - f.actual end
            as gap,
        case when f.pace = 'quarters' then 'quarters' when f.pace = 'scheduled' and f.target <= 12 then 'events'
            else 'rate' end as told_by
    from staging.target_figure as f
    join staging.target_recent as r on r.target_id = f.target_id
)
select
    m.target_id,                                                                        -- 指标编号
    m.gap,                                                                              -- 距目标还差（目标向上取整）
    case when m.gap > 0 then m.gap / nullif(cast(greatest(m.days_left, 0) as double), 0) end
        as daily_need,  -- 余下每天须多少
    m.recent_daily,                                                                     -- 近 28 天日均；没有数据为空
    m.told_by,  -- 说法：quarters 按季；events 按计划的场次；rate 按速度
    case when m.kind <> 'count' or m.gap >= 10 * m.days_left then 'day' when 7 * m.gap >= m.days_left then 'week'
        else 'each' end as rate_by,  -- 速度的说法：day 日均；week 周均；each 每几天一件
    p.pieces,                                                                           -- 计划分几段
    p.pieces_over,                                                                      -- 其中已到期的
    p.missed_zh,                                                                        -- 已到期而没有完成的各段
    p.next_zh,                                                                          -- 下一个还没有完成的段
    p.next_due_on,                                                                      -- 它的到期日
    p.next_missing,                                                                     -- 它还差几件
    p.last_zh                                                                           -- 最后一段
from measured as m
left join piece as p on p.target_id = m.target_id
