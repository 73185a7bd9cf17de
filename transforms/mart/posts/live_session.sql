-- 直播：每场一行。台账与平台导出的同一场只算一次
-- grain: live_id
select
    l.live_id,              -- 直播编号
    l.title,                -- 直播名称
    l.platform,             -- 平台
    l.account_name,         -- 账号名称
    l.live_form,            -- 直播方式
    l.started_at,           -- 开播时间
    l.started_on,           -- 开播日期（北京时间）
    l.duration_seconds,     -- 直播时长（秒）
    l.viewers,              -- 观看人数
    l.views,                -- 观看次数
    l.peak_online,          -- 最高在线人数
    l.avg_watch_seconds,    -- 人均观看时长（秒）
    l.cheers,               -- 喝彩次数
    l.comments,             -- 评论条数
    l.shares,               -- 分享次数
    l.followers_gained,     -- 新增粉丝
    l.url,                  -- 回放链接
    u.unit                  -- 单位
from staging.live as l
left join staging.unit_name as u on u.name = l.unit_text
