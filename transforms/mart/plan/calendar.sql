-- 日历：每天一行，工作日、节假日和上年的可比日
-- grain: date
select
    date,                                   -- 日期
    year,                                   -- 年
    month,                                  -- 月
    quarter,                                -- 季度
    weekday,                                -- 星期：1 周一 … 7 周日
    iso_week,                               -- 周（ISO，如 2023-W23）
    week_start,                             -- 该周的周一
    is_workday = 1 as is_workday,           -- 是否工作日（含调休上班）
    holiday,                                -- 节假日名称；平日为空
    is_official = 1 as is_official,         -- 放假安排是否已由国务院公布；否则按惯例推定
    cny_offset,                             -- 距春节（正月初一）的天数，之前为负
    comparable_on                           -- 上年的可比日
from raw.calendar_day
