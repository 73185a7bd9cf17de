-- 文件去留：每个收到的文件（内容与收件夹）最近一次决定；没有决定的没有行
-- grain: sha256, source
with arrived as (
    select distinct f.sha256, f.source
    from ops.file as f
), decided as (
    select
        a.sha256, a.source, d.kind, d.note, d.decided_by, d.decided_at,
        row_number() over (partition by a.sha256, a.source order by d.position desc) as age
    from arrived as a
    join staging.decision as d
        on d.topic = 'file' and d.subject = a.sha256 and (d.value is null or d.value = a.source or d.kind = 'reassign')
)
select
    sha256,         -- 文件
    source,         -- 收件夹
    kind,  -- 决定：release 收下；withdraw 撤下；restore 恢复；reassign 改投 !in(release, withdraw, restore, reassign)
    note,           -- 说明
    decided_by,     -- 谁决定
    decided_at      -- 何时决定
from decided
where age = 1
